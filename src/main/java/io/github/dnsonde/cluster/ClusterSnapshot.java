package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;

/**
 * A cluster at one moment, as far as one user may read it.
 *
 * @param view the namespaces that were wanted, with their pods on all nodes
 * @param cache the DNS caches of all nodes; none if there is none
 * @param unread the namespaces that were wanted and could not be read, each with the reason
 * @param notSeen everything that could not be read, one sentence each without its full stop
 */
public record ClusterSnapshot(
    ClusterView view, NodeCache cache, Map<String, String> unread, List<String> notSeen) {

  public ClusterSnapshot {
    requireNonNull(view, "view is null");
    requireNonNull(cache, "cache is null");
    unread = Map.copyOf(unread);
    notSeen = List.copyOf(notSeen);
  }
}
