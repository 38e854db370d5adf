package io.github.dnsonde.kube;

import static java.lang.System.Logger.Level.WARNING;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.kube.KubeCluster.Watched;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Reports what is missing of a view, what that costs, and which permission would bring it. */
final class Shortfall {

  private static final System.Logger LOG = System.getLogger(KubeCluster.class.getName());

  /** From one report of the same resource to the next. */
  private static final Duration REPEATED = Duration.ofHours(1);

  private final Watched watched;
  private final Duration patience;
  private final Ticker ticker;
  private final long began;
  private final Map<ClusterResource, Long> reported = new EnumMap<>(ClusterResource.class);

  /**
   * Begins to wait.
   *
   * @param patience how long it may take until a resource is listed
   */
  Shortfall(Watched watched, Duration patience, Ticker ticker) {
    this.watched = watched;
    this.patience = patience;
    this.ticker = ticker;
    this.began = ticker.nanos();
  }

  /**
   * Writes a line for each resource that is missing for too long: at once, then once an hour.
   *
   * @param missing those that were never listed, and what went wrong last, if anything did
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

  /** What an agent does without it. */
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

  /** The permission that brings it. */
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
