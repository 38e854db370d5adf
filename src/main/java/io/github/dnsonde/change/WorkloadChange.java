package io.github.dnsonde.change;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Transport;
import java.util.List;

/**
 * Pods of one workload that a change affects alike.
 *
 * @param workload such as {@code Deployment web}
 * @param pods their number; 0 if none exists
 * @param paths all their paths, also the unchanged ones
 */
public record WorkloadChange(
    Presence presence, String namespace, String workload, int pods, List<PathChange> paths) {

  public WorkloadChange {
    requireNonNull(presence, "presence is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    paths = List.copyOf(paths);
  }

  /** Returns the worst effect on them. */
  public Effect effect() {
    return paths.stream().map(PathChange::effect).min(Effect::compareTo).orElse(Effect.UNCHANGED);
  }

  /**
   * Returns true if no server remains that answers over UDP, which resolvers use first. Where there
   * are caches, pods query only these.
   */
  static boolean isTotal(List<PathChange> paths) {
    boolean caches = paths.stream().anyMatch(path -> path.server().cache());
    return paths.stream()
        .filter(path -> path.transport() == Transport.UDP)
        .filter(path -> path.server().cache() || !caches)
        .allMatch(path -> path.after().isDenied());
  }
}
