package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is behind the servers that are asked, as far as policies can tell. */
final class Servers {

  private final ClusterView cluster;
  private final List<Pod> caches;

  /**
   * Servers of a node.
   *
   * @param caches the pods of the node that are its DNS cache
   */
  Servers(ClusterView cluster, List<Pod> caches) {
    this.cluster = cluster;
    this.caches = caches;
  }

  /** The kube-dns Service by its own address, one of its pods by theirs, or just an address. */
  Destination of(Server server) {
    return service(server.address())
        .<Destination>map(
            service -> new Destination.Balanced(service, server.address(), cluster.dnsPods()))
        .or(() -> pod(server.address()))
        .orElseGet(() -> atCache(server.address()));
  }

  /**
   * The same if the node's cache answers on the Service's address, which it does where kube-proxy
   * uses iptables (Kubernetes documentation, "Using NodeLocal DNSCache"): no selector matches it
   * then. Empty where that cannot be.
   */
  Optional<Destination> onNode(Server server) {
    return service(server.address())
        .filter(_ -> !caches.isEmpty())
        .map(_ -> atCache(server.address()));
  }

  /** All that a namespace must reach, on whichever address it answers. */
  List<Destination> all(List<Server> servers) {
    return servers.stream()
        .flatMap(server -> Stream.concat(Stream.of(of(server)), onNode(server).stream()))
        .toList();
  }

  private Optional<Service> service(InetAddress address) {
    return cluster.kubeDns().filter(service -> service.clusterIps().contains(address));
  }

  private Optional<Destination> pod(InetAddress address) {
    return cluster.dnsPods().stream()
        .filter(pod -> pod.addresses().contains(address))
        .findFirst()
        .map(pod -> new Destination.Direct(pod, address));
  }

  private Destination atCache(InetAddress address) {
    boolean local = address.isLinkLocalAddress() || service(address).isPresent();
    return new Destination.Address(address, local ? caches : List.of());
  }
}
