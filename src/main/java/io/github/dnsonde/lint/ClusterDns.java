package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.change.DnsServer;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The DNS that pods query in the cluster for which the manifests are written.
 *
 * @param pods the DNS pods behind the kube-dns Service
 * @param hasPods whether pods query them at all: some clusters instead have DNS on each node, on
 *     one of the addresses of {@code nodeLocal}
 * @param clusterIp the Service's address, if NodeLocal DNSCache also answers on it
 * @param nodeLocal the addresses of NodeLocal DNSCache; empty if there is none
 * @param networks the networks of pods and Services, as far as they are known
 */
public record ClusterDns(
    DnsPods pods,
    boolean hasPods,
    Optional<InetAddress> clusterIp,
    List<InetAddress> nodeLocal,
    Networks networks) {

  /** The DNS of most clusters: CoreDNS in kube-system, and no cache. */
  public static final ClusterDns USUAL =
      new ClusterDns(DnsPods.USUAL, true, Optional.empty(), List.of(), Networks.UNKNOWN);

  /**
   * The address if none is given; addresses of pods and Services matter only to an ipBlock that
   * contains them.
   */
  private static final InetAddress SOME_CLUSTER_IP = InetAddress.ofLiteral("10.96.0.10");

  private static final List<InetAddress> SOME_POD_IPS =
      List.of(InetAddress.ofLiteral("10.244.0.2"), InetAddress.ofLiteral("fd00:10:244::2"));

  /**
   * Pods that serve DNS in some cluster, by namespace and label: lint does not check their own
   * policies.
   */
  private static final Map<String, List<Labels>> KNOWN =
      Map.of(
          "kube-system",
          Stream.of(
                  Map.entry("k8s-app", "kube-dns"),
                  Map.entry("k8s-app", "coredns"),
                  Map.entry("k8s-app", "node-local-dns"),
                  Map.entry("k8s-app", "nodelocaldns"),
                  Map.entry("app.kubernetes.io/name", "coredns"),
                  Map.entry("app.kubernetes.io/name", "rke2-coredns"),
                  Map.entry("app.kubernetes.io/name", "node-local-dns"),
                  Map.entry("eks.amazonaws.com/component", "coredns"))
              .map(each -> new Labels(Map.of(each.getKey(), each.getValue())))
              .toList(),
          "openshift-dns",
          List.of(new Labels(Map.of("dns.operator.openshift.io/daemonset-dns", "default"))));

  /**
   * The DNS pods.
   *
   * @param namespace their namespace
   * @param labels the labels by which the Service selects them
   * @param further other labels that they have
   * @param port the port on which they listen; 1 to 65535
   * @param portNames the names of that port in their containers
   */
  public record DnsPods(
      String namespace,
      Labels labels,
      Labels further,
      int port,
      Map<Protocol, Set<String>> portNames) {

    /** The port names of CoreDNS' containers in the manifests that most clusters install. */
    static final Map<Protocol, Set<String>> USUAL_NAMES =
        Map.of(Protocol.UDP, Set.of("dns"), Protocol.TCP, Set.of("dns-tcp"));

    static final DnsPods USUAL =
        new DnsPods(
            "kube-system",
            new Labels(Map.of("k8s-app", "kube-dns")),
            Labels.NONE,
            Server.DNS_PORT,
            USUAL_NAMES);

    public DnsPods {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(labels, "labels is null");
      requireNonNull(further, "further is null");
      portNames = Map.copyOf(portNames);
    }

    Labels all() {
      return new Labels(
          Stream.of(further, labels)
              .flatMap(each -> each.values().entrySet().stream())
              .collect(
                  Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (_, last) -> last)));
    }

    /** Returns true if they have a port of that name. */
    boolean isNamed(Protocol protocol, String name) {
      return portNames.getOrDefault(protocol, Set.of()).contains(name);
    }
  }

  /**
   * The networks of addresses.
   *
   * @param pods the networks of pods; empty if not known
   * @param services the networks of Services; empty if not known
   * @param blocksMatchPods whether an ipBlock can match a pod, which it cannot with Cilium
   */
  public record Networks(List<Cidr> pods, List<Cidr> services, boolean blocksMatchPods) {

    static final Networks UNKNOWN = new Networks(List.of(), List.of(), true);

    public Networks {
      pods = List.copyOf(pods);
      services = List.copyOf(services);
    }
  }

  public ClusterDns {
    requireNonNull(pods, "pods is null");
    requireNonNull(clusterIp, "clusterIp is null");
    nodeLocal = List.copyOf(nodeLocal);
    requireNonNull(networks, "networks is null");
  }

  String namespace() {
    return pods.namespace();
  }

  int port() {
    return pods.port();
  }

  /** The DNS that pods query, for people. */
  String shown() {
    return hasPods
        ? "kube-dns"
        : "the DNS of their node on "
            + nodeLocal.stream().map(Addresses::text).collect(Collectors.joining(" or "));
  }

  /** The destinations that pods query; if there are several, any is enough. */
  List<Destination> destinations() {
    return hasPods ? List.of(kubeDns()) : nodeLocal.stream().map(this::onNode).toList();
  }

  /** The kube-dns Service, whose address is replaced by a pod's on the way. */
  private Destination kubeDns() {
    InetAddress address = serviceAddress();
    Service service =
        new Service(
            namespace(),
            "kube-dns",
            List.of(address),
            pods.labels(),
            List.of(port("dns", Protocol.UDP), port("dns-tcp", Protocol.TCP)));
    return new Destination.Balanced(service, address, List.of(pod()));
  }

  InetAddress serviceAddress() {
    return clusterIp
        .or(() -> networks.services().stream().map(each -> within(each, 10)).findFirst())
        .orElse(SOME_CLUSTER_IP);
  }

  private Service.Port port(String name, Protocol protocol) {
    return new Service.Port(
        name, Server.DNS_PORT, protocol, new PortReference.Numbered(pods.port()));
  }

  private Pod pod() {
    List<InetAddress> addresses =
        networks.pods().isEmpty()
            ? SOME_POD_IPS
            : networks.pods().stream().map(each -> within(each, 2)).toList();
    return Pods.of(
        namespace(),
        pods.all(),
        Stream.concat(addresses.stream(), SOME_POD_IPS.stream()).toList(),
        pods.portNames().entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().stream()
                        .map(name -> new Pod.ContainerPort(name, pods.port(), entry.getKey())))
            .toList());
  }

  /** Returns the address with this number in a network. */
  private static InetAddress within(Cidr network, int number) {
    byte[] octets = network.base().getAddress();
    octets[octets.length - 1] |= (byte) number;
    try {
      InetAddress address = InetAddress.getByAddress(octets);
      return network.contains(address) ? address : network.base();
    } catch (UnknownHostException e) {
      throw new AssertionError("as long as another address", e);
    }
  }

  /** Returns true if pods are a cluster's DNS: those do not query themselves. */
  boolean areDnsPods(String where, Labels labels) {
    return (where.equals(namespace()) && has(labels, pods.labels()))
        || KNOWN.getOrDefault(where, List.of()).stream().anyMatch(each -> has(labels, each));
  }

  private static boolean has(Labels labels, Labels wanted) {
    return !wanted.values().isEmpty() && labels.containsAll(wanted);
  }

  /** The addresses on which a cache answers in addition to kube-dns. */
  List<InetAddress> caches() {
    return hasPods
        ? Stream.concat(nodeLocal.stream(), cachedClusterIp().stream()).distinct().toList()
        : List.of();
  }

  /** The Service's address, if the cache answers on it. */
  Optional<InetAddress> cachedClusterIp() {
    return clusterIp.filter(_ -> !nodeLocal.isEmpty());
  }

  /** The cache on an address. */
  Destination onNode(InetAddress address) {
    return new Destination.Address(address, List.of(Pods.onNode(namespace())));
  }

  /** The servers that pods query, if the cluster does not show them. */
  List<DnsServer> servers() {
    return Stream.concat(
            (hasPods ? destinations() : List.<Destination>of())
                .stream().map(there -> new DnsServer("kube-dns", serviceAddress(), false, there)),
            nodeCaches())
        .toList();
  }

  /** The caches that pods query. */
  Stream<DnsServer> nodeCaches() {
    return (hasPods ? caches() : nodeLocal)
        .stream()
            .map(address -> new DnsServer(DnsServer.NODE_LOCAL, address, true, onNode(address)));
  }

  /** All destinations that pods may query. */
  List<Destination> all() {
    return Stream.concat(destinations().stream(), caches().stream().map(this::onNode)).toList();
  }
}
