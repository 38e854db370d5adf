package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who is asked. */
public final class Servers {

  /** The server that the kube-dns Service is. */
  static final String KUBE_DNS = "kube-dns";

  /** The cache on the node. */
  static final String NODE_LOCAL_DNS = "node-local-dns";

  /** One of the pods behind the kube-dns Service, whichever: its address is no label. */
  static final String KUBE_DNS_ENDPOINT = "kube-dns-endpoint";

  /** Which port of the Service is the one for DNS, the likeliest first. */
  private static final Comparator<Service.Port> LIKELIEST_FIRST =
      Comparator.comparing((Service.Port port) -> port.number() != Server.DNS_PORT)
          .thenComparing(port -> !port.name().equals("dns"))
          .thenComparingInt(Service.Port::number);

  private Servers() {}

  /**
   * Who is asked where the cluster is not known: those listed, else the nameservers of the agent's
   * own pod; a link-local address is the node's cache, the first other one the cluster's DNS.
   */
  public static List<Server> ofSelf(Config config, Knowledge knowledge) {
    return switch (config.servers()) {
      case Config.Servers.Listed(List<Server> listed) -> listed;
      case Config.Servers.Auto _ -> named(Resolvers.ofCluster(config, knowledge));
    };
  }

  /**
   * Who is asked from a node's pods: those listed, else the kube-dns Service, and the node's cache
   * where there is one.
   *
   * @param before a server that was there once stays where nothing tells of it any more: only by
   *     asking does it show as failing
   */
  static List<Server> ofNode(Config config, Knowledge knowledge, Plan before) {
    return switch (config.servers()) {
      case Config.Servers.Listed(List<Server> listed) -> listed;
      case Config.Servers.Auto _ ->
          Stream.of(kubeDns(config, knowledge, before), cache(config, knowledge, before))
              .flatMap(Optional::stream)
              .toList();
    };
  }

  /** Each endpoint of the kube-dns Service, ready or not; none unless the configuration says so. */
  static List<Server> endpoints(Config config, ClusterView cluster) {
    if (!config.cluster().kubeDns().endpoints()) {
      return List.of();
    }
    return cluster.kubeDnsEndpoints().stream()
        .map(endpoint -> new Server(KUBE_DNS_ENDPOINT, endpoint.address(), endpoint.port()))
        .distinct() // two slices may name one endpoint for a while
        .sorted(Comparator.comparing(Server::hostPort))
        .toList();
  }

  /** Some clusters have no Service of that name: there the agent's own resolver stands for it. */
  private static Optional<Server> kubeDns(Config config, Knowledge knowledge, Plan before) {
    return knowledge
        .cluster()
        .kubeDns()
        .flatMap(Servers::at)
        .or(() -> called(KUBE_DNS, before))
        .or(
            () ->
                first(Resolvers.ofCluster(config, knowledge), false)
                    .map(address -> server(KUBE_DNS, address)));
  }

  private static Optional<Server> at(Service service) {
    int port =
        service.ports().stream()
            .filter(each -> each.protocol() == Protocol.UDP)
            .min(LIKELIEST_FIRST)
            .map(Service.Port::number)
            .orElse(Server.DNS_PORT);
    return service.clusterIps().stream()
        .findFirst()
        .map(address -> new Server(KUBE_DNS, address, port));
  }

  /** Where no pod and no resolver tells of the node's cache it is absent, which is no failure. */
  private static Optional<Server> cache(Config config, Knowledge knowledge, Plan before) {
    return first(Resolvers.ofCluster(config, knowledge), true)
        .or(() -> first(knowledge.resolvers(), true))
        .or(() -> cacheByPod(config, knowledge.cluster()))
        .map(address -> server(NODE_LOCAL_DNS, address))
        .or(() -> called(NODE_LOCAL_DNS, before));
  }

  private static Optional<InetAddress> cacheByPod(Config config, ClusterView cluster) {
    return caches(config, cluster).isEmpty()
        ? Optional.empty()
        : Optional.of(config.cluster().nodeLocalDns().address());
  }

  /** The pods of the node that are its cache. */
  public static List<Pod> caches(Config config, ClusterView cluster) {
    LabelSelector selector = config.cluster().nodeLocalDns().pods();
    return selector.equals(LabelSelector.EVERYTHING)
        ? List.of()
        : cluster.pods().stream()
            .filter(pod -> pod.namespace().equals(config.cluster().kubeDns().namespace()))
            .filter(pod -> selector.matches(pod.labels()))
            .toList();
  }

  private static Optional<Server> called(String name, Plan before) {
    return before.servers().stream()
        .filter(server -> server.name().equals(name))
        .min(Comparator.comparing(Server::hostPort));
  }

  private static List<Server> named(List<InetAddress> nameservers) {
    List<Server> servers = new ArrayList<>();
    first(nameservers, false).ifPresent(kubeDns -> servers.add(server(KUBE_DNS, kubeDns)));
    first(nameservers, true).ifPresent(cache -> servers.add(server(NODE_LOCAL_DNS, cache)));
    return servers;
  }

  private static Optional<InetAddress> first(List<InetAddress> nameservers, boolean linkLocal) {
    return nameservers.stream()
        .filter(address -> address.isLinkLocalAddress() == linkLocal)
        .findFirst();
  }

  private static Server server(String name, InetAddress address) {
    return new Server(name, address, Server.DNS_PORT);
  }
}
