package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.util.List;

/**
 * A Service (Kubernetes API reference).
 *
 * @param clusterIps the primary address first; empty for a headless one
 * @param selector selector of its pods; none if its endpoints are managed separately
 * @param external true if it is of type ExternalName: only another name, without any address
 */
public record Service(
    String namespace,
    String name,
    List<InetAddress> clusterIps,
    Labels selector,
    List<Port> ports,
    boolean external) {

  public Service {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    clusterIps = List.copyOf(clusterIps);
    requireNonNull(selector, "selector is null");
    ports = List.copyOf(ports);
  }

  /** Creates a Service that is not of type ExternalName. */
  public Service(
      String namespace,
      String name,
      List<InetAddress> clusterIps,
      Labels selector,
      List<Port> ports) {
    this(namespace, name, clusterIps, selector, ports, false);
  }

  /** Namespace and name, such as {@code kube-system/kube-dns}. */
  public NamespacedName namespacedName() {
    return new NamespacedName(namespace, name);
  }

  /**
   * One of its ports.
   *
   * @param name may be empty
   * @param number 1 to 65535, on the Service's own address
   * @param target on the pods
   */
  public record Port(String name, int number, Protocol protocol, PortReference target) {}
}
