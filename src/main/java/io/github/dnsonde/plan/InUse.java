package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which servers a pod's own resolver asks: only there does a failure hurt an application
 * (Kubernetes documentation, "DNS for Services and Pods", "Pod's DNS Policy").
 */
final class InUse {

  private InUse() {}

  /**
   * For pods with these resolvers, and no others; when empty, nothing is known of them, and every
   * server counts: better an alert too many than a silent outage.
   */
  static Predicate<Server> byPodsWith(Collection<InetAddress> resolvers) {
    return resolvers.isEmpty() ? _ -> true : server -> resolvers.contains(server.address());
  }

  /**
   * For one pod. Its node's resolvers, which the policy Default gives it, are not known here: as a
   * rule they are not the cluster's, so such a pod uses only what its own configuration names.
   *
   * @param cluster the resolvers that pods with the policy ClusterFirst are given; may be empty, as
   *     above
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
