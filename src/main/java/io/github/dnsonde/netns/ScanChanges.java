package io.github.dnsonde.netns;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The differences between one scan and the scan before.
 *
 * @param appeared namespaces that have addresses now, or have others
 * @param vanished files of namespaces that are gone, or have lost all their addresses
 * @param failures obstacles, reported once for as long as they stay the same
 */
public record ScanChanges(List<Appeared> appeared, List<Path> vanished, List<Failure> failures) {

  /** No differences. */
  static final ScanChanges NONE = new ScanChanges(List.of(), List.of(), List.of());

  public ScanChanges {
    appeared = List.copyOf(appeared);
    vanished = List.copyOf(vanished);
    failures = List.copyOf(failures);
  }

  /** A namespace and its addresses. */
  public record Appeared(Path file, Set<InetAddress> addresses) {
    public Appeared {
      addresses = Set.copyOf(addresses);
    }
  }

  /**
   * A file that could not be entered, or a folder that could not be listed.
   *
   * @param words the attempt and the system's error
   */
  public record Failure(Path file, String words) {}

  static ScanChanges between(ScanResult before, ScanResult now) {
    return new ScanChanges(
        now.sandboxes().entrySet().stream()
            .filter(entry -> !entry.getValue().held().isEmpty())
            .filter(entry -> !entry.getValue().sameAs(before.sandboxes().get(entry.getKey())))
            .map(entry -> new Appeared(entry.getKey(), entry.getValue().held()))
            .toList(),
        before.sandboxes().entrySet().stream()
            .filter(entry -> !entry.getValue().held().isEmpty())
            .filter(entry -> entry.getValue().goneFrom(now.sandboxes().get(entry.getKey())))
            .map(Map.Entry::getKey)
            .toList(),
        now.failures().entrySet().stream()
            .filter(entry -> !entry.getValue().equals(before.failures().get(entry.getKey())))
            .map(entry -> new Failure(entry.getKey(), entry.getValue()))
            .toList());
  }
}
