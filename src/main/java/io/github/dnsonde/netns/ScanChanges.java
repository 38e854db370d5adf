package io.github.dnsonde.netns;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one scan found that the one before did not.
 *
 * @param appeared namespaces that have addresses now, or have others
 * @param vanished files of namespaces that are gone, or have lost all their addresses
 * @param failures what stands in the way, told once for as long as it stays the same
 */
public record ScanChanges(List<Appeared> appeared, List<Path> vanished, List<Failure> failures) {

  public ScanChanges {
    appeared = List.copyOf(appeared);
    vanished = List.copyOf(vanished);
    failures = List.copyOf(failures);
  }

  /** A namespace and the addresses that it has. */
  public record Appeared(Path file, Set<InetAddress> addresses) {
    public Appeared {
      addresses = Set.copyOf(addresses);
    }
  }

  /**
   * A file that could not be entered, or a folder that could not be listed.
   *
   * @param words what was tried and what the system answered
   */
  public record Failure(Path file, String words) {}

  static ScanChanges between(ScanResult before, ScanResult now) {
    return new ScanChanges(
        now.sandboxes().entrySet().stream()
            .filter(each -> !each.getValue().held().isEmpty())
            .filter(each -> !each.getValue().sameAs(before.sandboxes().get(each.getKey())))
            .map(each -> new Appeared(each.getKey(), each.getValue().held()))
            .toList(),
        before.sandboxes().entrySet().stream()
            .filter(each -> !each.getValue().held().isEmpty())
            .filter(each -> each.getValue().goneFrom(now.sandboxes().get(each.getKey())))
            .map(Map.Entry::getKey)
            .toList(),
        now.failures().entrySet().stream()
            .filter(each -> !each.getValue().equals(before.failures().get(each.getKey())))
            .map(each -> new Failure(each.getKey(), each.getValue()))
            .toList());
  }
}
