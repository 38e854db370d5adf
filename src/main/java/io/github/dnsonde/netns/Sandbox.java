package io.github.dnsonde.netns;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.dnsonde.probe.FoundNetwork;
import io.github.dnsonde.probe.FoundNetwork.Held;
import io.github.dnsonde.probe.NetworkId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one file turned out to be.
 *
 * @param id what the file is bound to
 * @param addresses what the namespace has; empty for a file that is none, or has none yet
 * @param lost since when addresses that it had are missing
 * @param trouble why the last visit came to nothing, or not to all
 * @param again whether to visit it at the next scan too: it may still change
 * @param visited when it was last visited; empty before
 */
record Sandbox(
    NetworkId id,
    Map<InetAddress, Held> addresses,
    Map<InetAddress, Long> lost,
    Optional<String> trouble,
    boolean again,
    Optional<Moment> visited) {

  /** More than a pod has. */
  private static final int MOST_LOST = 16;

  /** One time by both clocks: nanoseconds of the ticker, and the time of day. */
  record Moment(long nanos, Instant now) {}

  Sandbox {
    requireNonNull(id, "id is null");
    requireNonNull(trouble, "trouble is null");
    requireNonNull(visited, "visited is null");
    addresses = Map.copyOf(addresses);
    lost = Map.copyOf(lost);
  }

  /** Not visited yet. */
  static Sandbox unvisited(NetworkId id) {
    return new Sandbox(id, Map.of(), Map.of(), Optional.empty(), true, Optional.empty());
  }

  /** A file that cannot even be looked at, or need not be. */
  static Sandbox hidden(NetworkId id, String why) {
    return new Sandbox(id, Map.of(), Map.of(), Optional.of(why), false, Optional.empty());
  }

  /**
   * After a visit. One address may come before the other, so that only two visits in a row that
   * find the same, and something, settle it for a while.
   *
   * @param scanned the scan before this one: a namespace that is new is not older than that
   */
  Sandbox with(AddressList found, Optional<String> words, Moment at, Optional<Moment> scanned) {
    Held fresh = arrived(at, scanned);
    Map<InetAddress, Held> now =
        found.primary().entrySet().stream()
            .collect(
                toUnmodifiableMap(
                    Map.Entry::getKey,
                    entry -> {
                      Held before = addresses.getOrDefault(entry.getKey(), fresh);
                      return new Held(entry.getValue(), before.since(), before.notBefore());
                    }));
    boolean settled = !now.isEmpty() && now.keySet().equals(addresses.keySet());
    return new Sandbox(id, now, missing(now.keySet(), at), words, !settled, Optional.of(at));
  }

  /** An address that was not there at the last visit. */
  private Held arrived(Moment at, Optional<Moment> scanned) {
    if (visited.isEmpty()) {
      long age = Math.max(0, Duration.between(id.made(), at.now()).toNanos());
      long since = scanned.map(Moment::nanos).orElse(at.nanos() - age);
      return new Held(false, Math.max(since, at.nanos() - age), id.made());
    }
    return new Held(false, at.nanos(), addresses.isEmpty() ? visited.get().now() : at.now());
  }

  private Map<InetAddress, Long> missing(Set<InetAddress> now, Moment at) {
    Map<InetAddress, Long> missing = new HashMap<>(lost);
    addresses.keySet().forEach(address -> missing.putIfAbsent(address, at.nanos()));
    missing.keySet().removeAll(now);
    if (missing.size() > MOST_LOST) {
      missing.keySet().retainAll(lost.keySet());
    }
    return missing;
  }

  /** After a visit that came to nothing. */
  Sandbox failed(String why, boolean more, Moment at) {
    return new Sandbox(
        id, more ? addresses : Map.of(), lost, Optional.of(why), more, Optional.of(at));
  }

  /** Whether that file is, one scan earlier or later, this namespace with these addresses. */
  boolean sameAs(@Nullable Sandbox other) {
    return other != null && id.equals(other.id) && held().equals(other.held());
  }

  /** Whether nothing of this namespace is left in what its file is one scan later. */
  boolean goneFrom(@Nullable Sandbox later) {
    return later == null || !id.equals(later.id) || later.addresses.isEmpty();
  }

  Set<InetAddress> held() {
    return addresses.keySet();
  }

  FoundNetwork network(Path file) {
    return new FoundNetwork(id, file, addresses, lost);
  }
}
