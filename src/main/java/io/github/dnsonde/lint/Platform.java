package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.lint.ClusterDns.DnsPods;
import io.github.dnsonde.lint.ClusterDns.Networks;
import io.github.dnsonde.probe.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The DNS that a distribution installs, if its documentation and manifests agree.
 *
 * @param id the name on the command line: {@code eks-auto}
 * @param clusterDns the DNS that its pods query
 */
public record Platform(String id, ClusterDns clusterDns) {

  private static final List<Platform> ALL =
      List.of(
          new Platform("kubeadm", ClusterDns.USUAL),
          // The operator's DaemonSet, which listens on 5353 behind the Service's 53.
          new Platform(
              "openshift",
              pods(
                  new DnsPods(
                      "openshift-dns",
                      labels("dns.operator.openshift.io/daemonset-dns", "default"),
                      Labels.NONE,
                      5353,
                      DnsPods.USUAL_NAMES),
                  networks("10.128.0.0/14", "172.30.0.0/16"))),
          // The chart of CoreDNS, which names ports {@code udp-53} and {@code tcp-53}.
          new Platform(
              "rke2",
              pods(
                  kubeDns(
                      labels("app.kubernetes.io/name", "rke2-coredns"),
                      53,
                      names(Set.of("udp-53"), Set.of("tcp-53"))),
                  networks("10.42.0.0/16", "10.43.0.0/16"))),
          new Platform("k3s", pods(DnsPods.USUAL, networks("10.42.0.0/16", "10.43.0.0/16"))),
          new Platform(
              "eks",
              pods(
                  kubeDns(
                      labels("eks.amazonaws.com/component", "coredns"), 53, DnsPods.USUAL_NAMES),
                  Networks.UNKNOWN)),
          // CoreDNS is a service of each node, behind the Service's address.
          new Platform("eks-auto", onNode("172.20.0.10", "10.100.0.10")),
          new Platform("aks", ClusterDns.USUAL),
          // Calico and kube-proxy, with the cache that new clusters have.
          new Platform("gke", cached(ClusterDns.USUAL, "169.254.20.10")),
          // Cilium, which redirects the Service's traffic to the cache's pods.
          new Platform("gke-dpv2", pods(NodeLocal.PODS, NodeLocal.NETWORKS)),
          new Platform("gke-clouddns", onNode("169.254.169.254")),
          new Platform("talos", pods(DnsPods.USUAL, networks("10.244.0.0/16", "10.96.0.0/12"))),
          new Platform("kops", pods(DnsPods.USUAL, networks("100.96.0.0/11", "100.64.0.0/13"))),
          new Platform(
              "gardener",
              pods(
                  kubeDns(Labels.NONE, 8053, names(Set.of("dns-udp"), Set.of("dns-tcp"))),
                  Networks.UNKNOWN)),
          new Platform("cilium", pods(DnsPods.USUAL, NodeLocal.NETWORKS)),
          // A CiliumLocalRedirectPolicy redirects the Service's traffic to the cache's pods.
          new Platform("cilium-lrp", pods(NodeLocal.PODS, NodeLocal.NETWORKS)));

  /** NodeLocal DNSCache in pods with their own network, as Cilium requires. */
  private static final class NodeLocal {
    static final DnsPods PODS =
        new DnsPods(
            "kube-system",
            labels("k8s-app", "node-local-dns"),
            Labels.NONE,
            53,
            DnsPods.USUAL_NAMES);
    static final Networks NETWORKS = new Networks(List.of(), List.of(), false);
  }

  /** Returns the platform; empty if there is none with that id. */
  public static Optional<Platform> of(String id) {
    return ALL.stream().filter(each -> each.id().equals(id)).findFirst();
  }

  /** All ids, for people. */
  public static String ids() {
    return ALL.stream().map(Platform::id).collect(Collectors.joining(", "));
  }

  /** The ids of platforms whose DNS pods have all of these labels, for hints. */
  static List<String> with(Map<String, String> labels) {
    return ALL.stream()
        .filter(each -> each.clusterDns.hasPods())
        .filter(each -> each.clusterDns.pods().all().containsAll(new Labels(labels)))
        .map(Platform::id)
        .toList();
  }

  /** The ids of platforms whose DNS pods are in a namespace. */
  static List<String> in(String namespace) {
    return ALL.stream()
        .filter(each -> each.clusterDns.hasPods() && each.clusterDns.namespace().equals(namespace))
        .map(Platform::id)
        .toList();
  }

  private static Labels labels(String key, String value) {
    return new Labels(Map.of(key, value));
  }

  private static Map<Protocol, Set<String>> names(Set<String> udp, Set<String> tcp) {
    return Map.of(Protocol.UDP, udp, Protocol.TCP, tcp);
  }

  private static DnsPods kubeDns(Labels further, int port, Map<Protocol, Set<String>> names) {
    return new DnsPods(DnsPods.USUAL.namespace(), DnsPods.USUAL.labels(), further, port, names);
  }

  private static Networks networks(String pods, String services) {
    return new Networks(List.of(Cidr.around(pods)), List.of(Cidr.around(services)), true);
  }

  private static ClusterDns pods(DnsPods pods, Networks networks) {
    return new ClusterDns(pods, true, Optional.empty(), List.of(), networks);
  }

  private static ClusterDns cached(ClusterDns clusterDns, String address) {
    return new ClusterDns(
        clusterDns.pods(),
        true,
        Optional.empty(),
        List.of(InetAddress.ofLiteral(address)),
        clusterDns.networks());
  }

  private static ClusterDns onNode(String... addresses) {
    return new ClusterDns(
        DnsPods.USUAL,
        false,
        Optional.empty(),
        Stream.of(addresses).map(InetAddress::ofLiteral).toList(),
        Networks.UNKNOWN);
  }
}
