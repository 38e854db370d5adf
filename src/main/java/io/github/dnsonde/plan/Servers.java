package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.CloudResolvers;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Chooses the servers to query. In mode {@code auto} these are all resolvers of pods with the
 * policy ClusterFirst, the first address of the DNS Service, and the node's cache if there is one.
 * Each is named by its kind; further ones of the same kind get a number.
 */
public final class Servers {

  /**
   * The first address of the DNS Service. Its second one, which has the other family, is called
   * {@code kube-dns-ipv6} or {@code kube-dns-ipv4}.
   */
  static final String KUBE_DNS = "kube-dns";

  /** The cache on the node. */
  static final String NODE_LOCAL_DNS = "node-local-dns";

  /** A resolver of the pods that is neither: a cloud's, or one of the network. */
  static final String RESOLVER = "resolver";

  /** Any of the pods behind the kube-dns Service: its address is not a label. */
  static final String KUBE_DNS_ENDPOINT = "kube-dns-endpoint";

  /** The suffixes of further servers of a kind. */
  private static final Pattern FURTHER = Pattern.compile("|-[0-9]+|-ipv[46]");

  /** Orders the ports of the Service by the likelihood that they serve DNS. */
  private static final Comparator<Service.Port> LIKELIEST_FIRST =
      Comparator.comparing((Service.Port port) -> port.number() != Server.DNS_PORT)
          .thenComparing(port -> !port.name().equals("dns"))
          .thenComparingInt(Service.Port::number);

  private final Map<InetAddress, Server> chosen = new LinkedHashMap<>();

  private Servers() {}

  /**
   * The servers for an agent that does not know the cluster: the listed ones, otherwise every
   * nameserver of the agent's own pod, and the node's cache if it has answered.
   */
  public static List<Server> ofSelf(Config config, PlanInput planInput) {
    return switch (config.servers()) {
      case Config.Servers.Listed(List<Server> listed) -> listed;
      case Config.Servers.Auto _ -> new Servers().addOfSelf(config, planInput).list();
    };
  }

  /**
   * The servers for a node's pods: the listed ones, otherwise the DNS Service, the node's cache,
   * and every other resolver of pods.
   *
   * @param before the plan in force: the Service and the cache stay after they become unknown,
   *     because only a query shows that they fail
   */
  static List<Server> ofNode(Config config, PlanInput planInput, Plan before) {
    return switch (config.servers()) {
      case Config.Servers.Listed(List<Server> listed) -> listed;
      case Config.Servers.Auto _ -> new Servers().addOfNode(config, planInput, before).list();
    };
  }

  /** Each endpoint of the kube-dns Service, ready or not; none unless configured. */
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

  /**
   * The nameservers of a {@code resolv.conf}, in its order.
   *
   * @param known the servers that give addresses their names
   */
  public static List<Server> ofLookups(ResolverSettings settings, List<Server> known) {
    return settings.nameservers().stream().map(address -> named(address, known)).toList();
  }

  private static Server named(InetAddress address, List<Server> known) {
    String name =
        known.stream()
            .filter(server -> server.address().equals(address))
            .map(Server::name)
            .findFirst()
            .orElse(RESOLVER);
    return new Server(name, address, Server.DNS_PORT);
  }

  /** The cache of the agent's node, with its addresses among the planned servers. */
  public static NodeCache cache(Config config, ClusterView cluster, Plan plan) {
    return new NodeCaches(config, cluster, plan).among(plan.servers());
  }

  /** Returns true if a server has a name of this kind. */
  static boolean isCalled(String kind, Server server) {
    return server.name().startsWith(kind)
        && FURTHER.matcher(server.name().substring(kind.length())).matches();
  }

  private Servers addOfNode(Config config, PlanInput planInput, Plan before) {
    List<InetAddress> resolvers = PodResolvers.ofCluster(config, planInput);
    planInput
        .cluster()
        .kubeDns()
        .filter(service -> !service.clusterIps().isEmpty())
        .ifPresentOrElse(
            service -> addService(service, resolvers), () -> addFrom(before, KUBE_DNS));
    addCaches(config, planInput, before);
    resolvers.forEach(address -> add(RESOLVER, address, Server.DNS_PORT));
    return this;
  }

  /** Adds the Service. A further address of it matters only if it is a resolver of pods. */
  private void addService(Service service, List<InetAddress> resolvers) {
    int port =
        service.ports().stream()
            .filter(candidate -> candidate.protocol() == Protocol.UDP)
            .min(LIKELIEST_FIRST)
            .map(Service.Port::number)
            .orElse(Server.DNS_PORT);
    InetAddress first = service.clusterIps().getFirst();
    add(KUBE_DNS, first, port);
    service.clusterIps().stream()
        .filter(resolvers::contains)
        .forEach(address -> add(kubeDnsBeside(first, address), address, port));
  }

  private static String kubeDnsBeside(InetAddress first, InetAddress further) {
    boolean otherFamily = first.getAddress().length != further.getAddress().length;
    String family = further instanceof Inet6Address ? "-ipv6" : "-ipv4";
    return otherFamily ? KUBE_DNS + family : KUBE_DNS;
  }

  /**
   * Adds the node's cache. If neither a pod nor a resolver shows a cache, it is absent, which is
   * not a failure.
   */
  private void addCaches(Config config, PlanInput planInput, Plan before) {
    NodeCaches caches = new NodeCaches(config, planInput.cluster(), before);
    boolean others = PodResolvers.ownAreOthers(config, planInput.cluster());
    List<InetAddress> own = others ? List.of() : planInput.resolvConf().nameservers();
    List<InetAddress> named =
        Stream.concat(PodResolvers.ofCluster(config, planInput).stream(), own.stream())
            .filter(caches::isCache)
            .toList();
    named.forEach(address -> add(NODE_LOCAL_DNS, address, Server.DNS_PORT));
    if (named.isEmpty() && caches.onNode()) {
      add(NODE_LOCAL_DNS, config.cluster().nodeLocalDns().address(), Server.DNS_PORT);
    } else if (named.isEmpty()) {
      addFrom(before, NODE_LOCAL_DNS);
    }
  }

  private void addFrom(Plan before, String kind) {
    before.servers().stream()
        .filter(server -> isCalled(kind, server))
        .sorted(Comparator.comparing(Server::name))
        .forEach(server -> chosen.putIfAbsent(server.address(), server));
  }

  private Servers addOfSelf(Config config, PlanInput planInput) {
    List<InetAddress> resolvers = PodResolvers.ofCluster(config, planInput);
    NodeCaches caches = new NodeCaches(config, planInput.cluster(), Plan.EMPTY);
    if (!config.cluster().dns().isEmpty() || planInput.resolvConf().settings().ofClusterFirst()) {
      addLikelyServices(
          resolvers.stream()
              .filter(address -> !caches.isCache(address) && !CloudResolvers.include(address))
              .toList());
    }
    Stream.concat(
            resolvers.stream().filter(caches::isCache),
            planInput.answering().stream().sorted(Comparator.comparing(Addresses::text)))
        .forEach(address -> add(NODE_LOCAL_DNS, address, Server.DNS_PORT));
    resolvers.forEach(address -> add(RESOLVER, address, Server.DNS_PORT));
    return this;
  }

  /** Adds addresses that probably belong to the Service: at most one of each family. */
  private void addLikelyServices(List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      String name = kubeDnsBeside(addresses.getFirst(), address);
      if (chosen.values().stream().noneMatch(server -> server.name().equals(name))) {
        add(name, address, Server.DNS_PORT);
      }
    }
  }

  /** Adds a server. An address is one server, by the first name that it gets. */
  private void add(String kind, InetAddress address, int port) {
    List<String> taken = chosen.values().stream().map(Server::name).toList();
    String name =
        Stream.concat(
                Stream.of(kind), IntStream.iterate(2, n -> n + 1).mapToObj(n -> kind + "-" + n))
            .filter(free -> !taken.contains(free))
            .findFirst()
            .orElseThrow();
    chosen.putIfAbsent(address, new Server(name, address, port));
  }

  private List<Server> list() {
    return List.copyOf(chosen.values());
  }
}
