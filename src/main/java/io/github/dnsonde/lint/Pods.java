package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Pod.ContainerPort;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pods that manifests will create, as far as manifests show. */
final class Pods {

  private Pods() {}

  static Pod of(
      String namespace, Labels labels, List<InetAddress> addresses, List<ContainerPort> ports) {
    return pod(namespace, labels, addresses, false, ports);
  }

  /** NodeLocal DNSCache (Kubernetes, {@code cluster/addons/dns/nodelocaldns}). */
  static Pod onNode(String namespace) {
    Labels labels = new Labels(Map.of("k8s-app", "node-local-dns"));
    return pod(namespace, labels, List.of(), true, List.of());
  }

  private static Pod pod(
      String namespace,
      Labels labels,
      List<InetAddress> addresses,
      boolean hostNetwork,
      List<ContainerPort> ports) {
    return new Pod(
        namespace,
        "",
        "",
        Optional.empty(),
        labels,
        addresses,
        hostNetwork,
        Optional.empty(),
        Pod.Phase.RUNNING,
        true,
        false,
        Instant.EPOCH,
        Optional.empty(),
        Pod.Dns.CLUSTER,
        ports);
  }
}
