package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** A make-believe cluster with real agents in it: who plays in a scenario. */
interface Cast extends AutoCloseable {

  String KUBE_DNS = "kube-dns";
  String NODE_LOCAL_DNS = "node-local-dns";

  /** Those who ask; each has one pod on each node. */
  List<String> NAMESPACES = List.of("analytics", "payments", "shop");

  /** What Prometheus is to scrape, with the labels that a pod monitor adds. */
  List<Target> targets();

  /** Its DNS servers, on all nodes. */
  List<Resolver> resolvers();

  /** From now on this is wrong with the cluster's DNS. */
  default void suffer(Fault fault) {
    resolvers().forEach(resolver -> resolver.suffer(fault));
  }

  /** The DNS is well again. */
  default void recover() throws IOException {
    for (Resolver resolver : resolvers()) {
      resolver.recover();
    }
  }

  @Override
  void close();

  /** The servers on a node, for those who ask from these addresses. */
  static List<Resolver> resolvers(String node, Map<InetAddress, String> namespaces)
      throws IOException {
    return List.of(
        new Resolver(node, KUBE_DNS, InetAddress.ofLiteral("127.96.0.10"), namespaces),
        new Resolver(node, NODE_LOCAL_DNS, InetAddress.ofLiteral("127.254.20.10"), namespaces));
  }

  /** The labels of an agent's series. */
  static Target target(String address, String cluster, String node, String namespace) {
    return new Target(
        address,
        Map.of("cluster", cluster, "node", node, "namespace", namespace, "pod", "dnsonde-" + node));
  }
}
