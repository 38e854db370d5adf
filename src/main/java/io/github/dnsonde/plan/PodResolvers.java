package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Vantage;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The resolvers that the kubelet gives pods. */
public final class PodResolvers {

  private PodResolvers() {}

  /**
   * The resolvers that the kubelet gives pods with the policy ClusterFirst: those of the
   * configuration, otherwise those of the agent, which usually is such a pod. Empty when they are
   * unknown.
   */
  public static List<InetAddress> ofCluster(Config config, PlanInput planInput) {
    if (!config.cluster().dns().isEmpty()) {
      return config.cluster().dns();
    }
    List<InetAddress> given = planInput.resolvConf().nameservers();
    return own(config.vantage(), planInput.cluster())
        .map(Pod::dns)
        .map(dns -> givenBesides(dns, given))
        .orElse(given);
  }

  /**
   * Returns true if the agent's own pod is known to have other resolvers than ClusterFirst pods.
   */
  static boolean ownAreOthers(Config config, ClusterView cluster) {
    return own(config.vantage(), cluster)
        .filter(pod -> pod.dns().policy() != Pod.Policy.CLUSTER_FIRST)
        .isPresent();
  }

  /**
   * Removes the nameservers of the pod's own dnsConfig, which the kubelet appends to the policy's.
   */
  private static List<InetAddress> givenBesides(Pod.Dns dns, List<InetAddress> given) {
    List<InetAddress> others =
        given.stream().filter(address -> !dns.nameservers().contains(address)).toList();
    return switch (dns.policy()) {
      case CLUSTER_FIRST -> others.isEmpty() ? given : others;
      case DEFAULT, NONE -> List.of();
    };
  }

  static Optional<Pod> own(Vantage self, ClusterView cluster) {
    return cluster.pods().stream()
        .filter(pod -> pod.namespace().equals(self.namespace()) && pod.name().equals(self.pod()))
        .findFirst();
  }
}
