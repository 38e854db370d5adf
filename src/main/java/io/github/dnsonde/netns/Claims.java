package io.github.dnsonde.netns;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who says that an address is his. Two do while a sandbox is torn down whose address the next one
 * has already.
 */
record Claims(Map<InetAddress, List<Claim>> byAddress) {

  /** One namespace's word for one address. */
  private record Claim(
      InetAddress address, Path file, Identity identity, Sandbox.Holding holding) {}

  /** The last is right. Files in the order of their names, should all else be equal. */
  private static final Comparator<Claim> BY_TRUST =
      Comparator.comparingLong((Claim claim) -> claim.holding().since())
          .thenComparing(claim -> claim.holding().running())
          .thenComparing(claim -> claim.identity().made())
          .thenComparing(Claim::file, Comparator.reverseOrder());

  static Claims of(Map<Path, Sandbox> sandboxes) {
    return new Claims(
        sandboxes.entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().addresses().entrySet().stream()
                        .map(
                            held ->
                                new Claim(
                                    held.getKey(),
                                    entry.getKey(),
                                    entry.getValue().identity(),
                                    held.getValue())))
            .collect(groupingBy(Claim::address)));
  }

  /** The file of each address. */
  Map<InetAddress, Path> settled() {
    return byAddress.entrySet().stream()
        .collect(
            toUnmodifiableMap(
                Map.Entry::getKey,
                entry -> entry.getValue().stream().max(BY_TRUST).orElseThrow().file()));
  }

  /** The files of those who claim what another namespace claims too. */
  Set<Path> contested() {
    return byAddress.values().stream()
        .filter(claims -> claims.stream().map(Claim::identity).distinct().count() > 1)
        .flatMap(List::stream)
        .map(Claim::file)
        .collect(toUnmodifiableSet());
  }
}
