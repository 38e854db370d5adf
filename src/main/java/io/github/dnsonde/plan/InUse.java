package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Determines which servers a pod's own resolver queries. Only their failures affect an application
 * (Kubernetes documentation, "DNS for Services and Pods", "Pod's DNS Policy").
 */
final class InUse {

  private InUse() {}

  /**
   * Returns the test for pods with these resolvers, and no others. If empty, nothing is known, and
   * every server counts: an alert too many is better than an undetected outage.
   */
  static Predicate<Server> byPodsWith(Collection<InetAddress> resolvers) {
    return resolvers.isEmpty() ? _ -> true : server -> resolvers.contains(server.address());
  }

  /**
   * Returns the test for one pod. Its node's resolvers, which the policy Default gives it, are not
   * known here. Usually they are not the cluster's, so such a pod uses only the servers of its own
   * configuration.
   *
   * @param cluster the resolvers of pods with the policy ClusterFirst; may be empty, as above
   */
  static Predicate<Server> by(Pod.Dns dns, List<InetAddress> cluster) {
    return switch (dns.policy()) {
      case CLUSTER_FIRST ->
          cluster.isEmpty()
              ? _ -> true
              : byPodsWith(Stream.concat(cluster.stream(), dns.nameservers().stream()).toList());
      case DEFAULT, NONE -> server -> dns.nameservers().contains(server.address());
    };
  }
}
