package io.github.dnsonde.plan;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.CloudResolvers;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Server;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides which addresses belong to the node's DNS cache (NodeLocal DNSCache). A link-local address
 * is not enough: at 169.254.169.254 and its neighbours a cloud's own resolver answers.
 */
final class NodeCaches {

  /**
   * The addresses that installers give a node's cache: Kubernetes' own manifest and kubeadm users,
   * charts, Kubespray ({@code nodelocaldns_ip}), AKS LocalDNS.
   */
  private static final Set<InetAddress> USUAL =
      Stream.of("169.254.20.10", "169.254.20.25", "169.254.25.10", "169.254.10.10")
          .map(InetAddress::ofLiteral)
          .collect(toUnmodifiableSet());

  private final Config config;
  private final List<Pod> pods;
  private final Set<InetAddress> before;

  /** Creates the caches of a node, or of an agent that knows no cluster. */
  NodeCaches(Config config, ClusterView cluster, Plan before) {
    this.config = config;
    this.pods = pods(config, cluster);
    this.before =
        before.servers().stream()
            .filter(server -> Servers.isCalled(Servers.NODE_LOCAL_DNS, server))
            .map(Server::address)
            .collect(toUnmodifiableSet());
  }

  /** The pods of the node that belong to its cache. */
  private static List<Pod> pods(Config config, ClusterView cluster) {
    LabelSelector selector = config.cluster().nodeLocalDns().pods();
    return selector.equals(LabelSelector.EVERYTHING)
        ? List.of()
        : cluster.pods().stream()
            .filter(pod -> pod.namespace().equals(config.cluster().kubeDns().namespace()))
            .filter(pod -> selector.matches(pod.labels()))
            .toList();
  }

  /** The node's cache, with all its addresses among these servers. */
  NodeCache among(Set<Server> servers) {
    return new NodeCache(
        pods,
        servers.stream().map(Server::address).filter(this::isCache).collect(toUnmodifiableSet()));
  }

  /** Returns true if a pod in the node's network listens on the cache's own address. */
  boolean onNode() {
    return pods.stream().anyMatch(Pod::hostNetwork);
  }

  boolean isCache(InetAddress address) {
    return address.equals(config.cluster().nodeLocalDns().address())
        || USUAL.contains(address)
        || before.contains(address)
        || (onNode() && isOfLink(address));
  }

  private static boolean isOfLink(InetAddress address) {
    return address instanceof Inet4Address
        && address.isLinkLocalAddress()
        && !CloudResolvers.include(address);
  }
}
