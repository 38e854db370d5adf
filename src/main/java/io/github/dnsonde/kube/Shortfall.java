package io.github.dnsonde.kube;

import static java.lang.System.Logger.Level.WARNING;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.kube.KubeCluster.Watched;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Reports the missing resources of a view, the consequences, and the permission that is needed. */
final class Shortfall {

  private static final System.Logger LOG = System.getLogger(KubeCluster.class.getName());

  /** The time between two reports of the same resource. */
  private static final Duration REPEATED = Duration.ofHours(1);

  private final Watched watched;
  private final Duration patience;
  private final Ticker ticker;
  private final long began;
  private final Map<ClusterResource, Long> reported = new EnumMap<>(ClusterResource.class);

  /**
   * Starts to wait.
   *
   * @param patience the time within which a resource should be listed
   */
  Shortfall(Watched watched, Duration patience, Ticker ticker) {
    this.watched = watched;
    this.patience = patience;
    this.ticker = ticker;
    this.began = ticker.nanos();
  }

  /**
   * Writes a line for each resource that is missing for too long: at once, then every hour.
   *
   * @param missing the resources that were never listed, with their latest error if there is one
   */
  synchronized void report(Map<ClusterResource, Optional<String>> missing) {
    long now = ticker.nanos();
    reported.keySet().retainAll(missing.keySet());
    if (now - began < patience.toNanos()) {
      return;
    }
    missing.forEach(
        (resource, trouble) -> {
          Long last = reported.get(resource);
          if (last == null || now - last >= REPEATED.toNanos()) {
            reported.put(resource, now);
            LOG.log(
                WARNING,
                "Kubernetes API: {0}: not listed after {1} s ({2}): {3}; needed: {4}",
                resource.label(),
                Long.toString(Duration.ofNanos(now - began).toSeconds()),
                trouble.orElse("nothing was heard"),
                consequence(resource),
                needed(resource));
          }
        });
  }

  /** The consequence for the agent if a resource is missing. */
  static String consequence(ClusterResource resource) {
    return switch (resource) {
      case PODS, NAMESPACES -> "nothing is probed";
      case NETWORK_POLICIES ->
          "policy verdicts are unknown, and one pod of each namespace is probed";
      case SERVICES -> "verdicts for the cluster's DNS are unknown, and resolv.conf names servers";
      case ENDPOINT_SLICES -> "a DNS Service without endpoints is not recognised";
      case DNS_PODS -> "verdicts for the cluster's DNS are unknown";
      case DAEMON_SETS -> "only schedule.budget.node limits the queries, not the cluster's budget";
      case DISCOVERY -> "policy verdicts are unknown: there may be other kinds of policy";
    };
  }

  /** The permission that is needed. */
  String needed(ClusterResource resource) {
    String dns = " in namespace " + watched.kubeDnsNamespace();
    return switch (resource) {
      case PODS -> "list and watch of pods in all namespaces";
      case NAMESPACES -> "list and watch of namespaces";
      case NETWORK_POLICIES ->
          "list and watch of networkpolicies (networking.k8s.io) in all namespaces";
      case SERVICES -> "list and watch of services" + dns;
      case ENDPOINT_SLICES -> "list and watch of endpointslices (discovery.k8s.io)" + dns;
      case DNS_PODS -> "the DNS Service, and list and watch of pods" + dns;
      case DAEMON_SETS ->
          "list and watch of daemonsets (apps)"
              + watched.ownNamespace().map(own -> " in namespace " + own).orElse("");
      case DISCOVERY -> "get of /apis (cluster role system:discovery)";
    };
  }
}
