package io.github.dnsonde.lint;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.diagnosis.Destination;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom the pods of the cluster ask that the manifests are for.
 *
 * @param namespace where the DNS pods are
 * @param labels what the Service selects them by
 * @param port on which they listen; 1 to 65535
 * @param clusterIp the Service's address, if NodeLocal DNSCache answers on it as well
 * @param nodeLocal the addresses of NodeLocal DNSCache; none: there is none
 */
public record Resolvers(
    String namespace,
    Labels labels,
    int port,
    Optional<InetAddress> clusterIp,
    List<InetAddress> nodeLocal) {

  /** What most clusters have: CoreDNS in kube-system, and no cache. */
  public static final Resolvers USUAL =
      new Resolvers(
          "kube-system",
          new Labels(Map.of("k8s-app", "kube-dns")),
          Server.DNS_PORT,
          Optional.empty(),
          List.of());

  /** Where nobody tells; addresses of pods and Services matter only to an ipBlock that has them. */
  private static final InetAddress SOME_CLUSTER_IP = InetAddress.ofLiteral("10.96.0.10");

  private static final List<InetAddress> SOME_POD_IPS =
      List.of(InetAddress.ofLiteral("10.244.0.2"), InetAddress.ofLiteral("fd00:10:244::2"));

  /** What CoreDNS' containers call their ports in the manifests that most clusters install. */
  private static final Map<Protocol, String> PORT_NAMES =
      Map.of(Protocol.UDP, "dns", Protocol.TCP, "dns-tcp");

  public Resolvers {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(labels, "labels is null");
    requireNonNull(clusterIp, "clusterIp is null");
    nodeLocal = List.copyOf(nodeLocal);
  }

  /** The kube-dns Service, whose address becomes a pod's on the way. */
  Destination kubeDns() {
    InetAddress address = clusterIp.orElse(SOME_CLUSTER_IP);
    Service service =
        new Service(
            namespace,
            "kube-dns",
            List.of(address),
            labels,
            PORT_NAMES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> port(entry.getValue(), entry.getKey()))
                .toList());
    return new Destination.Balanced(service, address, List.of(pod()));
  }

  private Service.Port port(String name, Protocol protocol) {
    return new Service.Port(name, Server.DNS_PORT, protocol, new PortReference.Numbered(port));
  }

  private Pod pod() {
    return Pods.of(
        namespace,
        labels,
        SOME_POD_IPS,
        PORT_NAMES.entrySet().stream()
            .map(entry -> new Pod.ContainerPort(entry.getValue(), port, entry.getKey()))
            .toList());
  }

  /** Whether pods are the cluster's DNS, which do not ask themselves. */
  boolean areDnsPods(String where, Labels pods) {
    return where.equals(namespace)
        && !labels.values().isEmpty()
        && pods.values().entrySet().containsAll(labels.values().entrySet());
  }

  /** The cache on its own addresses. */
  List<Destination> caches() {
    return nodeLocal.stream().map(this::onNode).toList();
  }

  /** The cache on the Service's address. */
  Optional<Destination> cacheOnClusterIp() {
    return clusterIp.filter(_ -> !nodeLocal.isEmpty()).map(this::onNode);
  }

  /** The cache on an address. */
  Destination onNode(InetAddress address) {
    return new Destination.Address(address, List.of(Pods.onNode(namespace)));
  }

  /** Everybody who may be asked. */
  List<Destination> all() {
    return Stream.of(Stream.of(kubeDns()), caches().stream(), cacheOnClusterIp().stream())
        .flatMap(each -> each)
        .toList();
  }

  /** Whether DNS pods call a port so. */
  static boolean isNamed(Protocol protocol, String name) {
    return name.equals(PORT_NAMES.get(protocol));
  }
}
