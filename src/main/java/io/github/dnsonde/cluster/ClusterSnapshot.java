package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cluster at one moment, as far as one user may read it.
 *
 * @param view the namespaces that were wanted, with their pods on all nodes
 * @param cache the DNS caches of all nodes; none if there is none
 * @param everywhere whether all namespaces were read
 * @param unread the namespaces that were wanted and could not be read, each with the reason
 * @param notSeen everything that could not be read, one sentence each without its full stop
 */
public record ClusterSnapshot(
    ClusterView view,
    NodeCache cache,
    boolean everywhere,
    Map<String, String> unread,
    List<String> notSeen) {

  /** The values of the label {@code k8s-app} of NodeLocal DNSCache, by its installers. */
  private static final Set<String> CACHES = Set.of("node-local-dns", "nodelocaldns");

  public ClusterSnapshot {
    requireNonNull(view, "view is null");
    requireNonNull(cache, "cache is null");
    unread = Map.copyOf(unread);
    notSeen = List.copyOf(notSeen);
  }

  /** Returns the same snapshot, with another view. */
  public ClusterSnapshot with(ClusterView other) {
    return new ClusterSnapshot(other, cache, everywhere, unread, notSeen);
  }

  /** Returns the same snapshot, with other caches. */
  public ClusterSnapshot with(NodeCache other) {
    return new ClusterSnapshot(view, other, everywhere, unread, notSeen);
  }

  /**
   * Returns a pod that looks like NodeLocal DNSCache, if none shows an address: the cache may get
   * its address from a file that is not read.
   */
  public Optional<Pod> cacheWithoutAddress() {
    return cache.addresses().isEmpty()
        ? view.pods().stream()
            .filter(Pod::hostNetwork)
            .filter(pod -> pod.labels().get("k8s-app").filter(CACHES::contains).isPresent())
            .findFirst()
        : Optional.empty();
  }
}
