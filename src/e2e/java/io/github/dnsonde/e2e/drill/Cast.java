package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** A simulated cluster with real agents, for one scenario. */
interface Cast extends AutoCloseable {

  String KUBE_DNS = "kube-dns";
  String NODE_LOCAL_DNS = "node-local-dns";

  /** The namespaces to probe from; each has one pod on each node. */
  List<String> NAMESPACES = List.of("analytics", "payments", "shop");

  /** Returns the targets for Prometheus, with the labels that a pod monitor adds. */
  List<Target> targets();

  /** Returns its DNS servers, on all nodes. */
  List<Resolver> resolvers();

  /** Causes a fault of the cluster's DNS. */
  default void suffer(Fault fault) {
    resolvers().forEach(resolver -> resolver.suffer(fault));
  }

  /** Ends the fault. */
  default void recover() throws IOException {
    for (Resolver resolver : resolvers()) {
      resolver.recover();
    }
  }

  @Override
  void close();

  /** Starts the servers on a node, for clients with these addresses. */
  static List<Resolver> resolvers(String node, Map<InetAddress, String> namespaces)
      throws IOException {
    return List.of(
        new Resolver(node, KUBE_DNS, InetAddress.ofLiteral("127.96.0.10"), namespaces),
        new Resolver(node, NODE_LOCAL_DNS, InetAddress.ofLiteral("127.254.20.10"), namespaces));
  }

  /** Returns the target for an agent, with the labels of its series. */
  static Target target(String address, String cluster, String node, String namespace) {
    return new Target(
        address,
        Map.of("cluster", cluster, "node", node, "namespace", namespace, "pod", "dnsonde-" + node));
  }
}
