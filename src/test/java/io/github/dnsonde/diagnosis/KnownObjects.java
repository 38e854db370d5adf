package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects of a cluster as an agent knows them: running pods of one node, and the DNS Service. */
final class KnownObjects {

  private KnownObjects() {}

  static Pod pod(String namespace, String name, String address, Map<String, String> labels) {
    return pod(namespace, name, address, labels, false);
  }

  static Pod pod(
      String namespace,
      String name,
      String address,
      Map<String, String> labels,
      boolean hostNetwork) {
    return new Pod(
        namespace,
        name,
        "node-a",
        Optional.empty(),
        new Labels(labels),
        List.of(InetAddress.ofLiteral(address)),
        hostNetwork,
        Optional.empty(),
        Pod.Phase.RUNNING,
        true,
        false,
        NOON,
        Optional.of(NOON),
        Pod.Dns.CLUSTER,
        List.of());
  }

  /** The Service {@code kube-dns} at these addresses. */
  static Service kubeDns(InetAddress... addresses) {
    return new Service(
        "kube-system",
        "kube-dns",
        List.of(addresses),
        new Labels(Map.of("k8s-app", "kube-dns")),
        List.of(port("dns", Protocol.UDP), port("dns-tcp", Protocol.TCP)));
  }

  private static Service.Port port(String name, Protocol protocol) {
    return new Service.Port(name, 53, protocol, new PortReference.Numbered(53));
  }
}
