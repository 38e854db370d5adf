package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.CloudResolvers;
import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The destinations behind the servers that are queried, as far as policies can distinguish them.
 */
final class ServerDestinations {

  private final ClusterView cluster;
  private final NodeCache cache;

  /** The servers of a node with this cache. */
  ServerDestinations(ClusterView cluster, NodeCache cache) {
    this.cluster = cluster;
    this.cache = cache;
  }

  /** The address may be the Service's, or one of its pods', if those could not be read. */
  private Optional<Destination> unread(InetAddress address) {
    return !mayBeServices(address)
        ? Optional.empty()
        : Stream.of(ClusterResource.SERVICES, ClusterResource.DNS_PODS)
            .flatMap(resource -> cluster.gaps().of(resource).stream())
            .findFirst()
            .map(why -> new Destination.Unread(address, why));
  }

  /**
   * The destination of queries to a server: the kube-dns Service by one of its addresses, one of
   * its pods by theirs, the node's cache, or just an address.
   */
  Destination of(Server server) {
    return redirected(server)
        .or(() -> service(server.address()).map(service -> pods(service, server)))
        .or(() -> pod(server.address()))
        .or(() -> unread(server.address()))
        .orElseGet(() -> new Destination.Address(server.address(), cacheAt(server.address())));
  }

  private Destination pods(Service service, Server server) {
    return cluster
        .gaps()
        .of(ClusterResource.DNS_PODS)
        .<Destination>map(why -> new Destination.Unread(server.address(), why))
        .orElseGet(() -> new Destination.Balanced(service, server.address(), cluster.dnsPods()));
  }

  /**
   * The destination on a node that is set up otherwise than {@link #of} assumes. It may be the
   * node's cache on the Service's own address, if kube-proxy uses iptables (Kubernetes
   * documentation, "Using NodeLocal DNSCache"): no selector matches it then. Or it may be the
   * Service's own pods, if no redirect leads to the cache's. Empty if there is no doubt.
   */
  Optional<Destination> otherwise(Server server) {
    return service(server.address())
        .flatMap(
            service ->
                isRedirected()
                    ? Optional.of(pods(service, server))
                    : Optional.of(cache.onNode())
                        .filter(pods -> !pods.isEmpty())
                        .map(pods -> new Destination.Address(server.address(), pods)));
  }

  /** All destinations that a namespace must reach, whatever addresses the servers have. */
  List<Destination> all(List<Server> servers) {
    return servers.stream()
        .flatMap(server -> Stream.concat(Stream.of(of(server)), otherwise(server).stream()))
        .toList();
  }

  /** Returns true if a server is the kube-dns Service, by any of its addresses. */
  boolean isService(Server server) {
    return service(server.address()).isPresent();
  }

  /** Returns true if the node's cache answers for a server, as far as is known. */
  boolean isCache(Server server) {
    return cache.answersAt(server.address()) || redirected(server).isPresent();
  }

  /** Servers with the same text are one server with several addresses. */
  String identity(Server server) {
    return service(server.address())
        .map(service -> service.namespacedName().toString())
        .orElseGet(server::hostPort);
  }

  /**
   * Returns true if no pod behind the kube-dns Service can answer queries to one of its addresses.
   */
  boolean lacksEndpoints(Server server) {
    return isService(server)
        && cluster.gaps().of(ClusterResource.ENDPOINT_SLICES).isEmpty()
        && cluster.kubeDnsEndpoints().stream()
            .filter(endpoint -> areAlike(endpoint.address(), server.address()))
            .noneMatch(Endpoint::ready);
  }

  private static boolean areAlike(InetAddress one, InetAddress other) {
    return one.getAddress().length == other.getAddress().length;
  }

  /**
   * Returns true if an address may belong to another Service, whose pods a rule's selector may
   * match.
   */
  boolean mayBeUnknownService(Destination destination) {
    return destination instanceof Destination.Address(InetAddress address, _)
        && service(address).isEmpty()
        && mayBeServices(address);
  }

  private boolean mayBeServices(InetAddress address) {
    return !cache.answersAt(address)
        && !address.isLinkLocalAddress()
        && !CloudResolvers.include(address);
  }

  /**
   * Returns true if the node's cache has no address of its own: a local redirect leads to its pods.
   */
  boolean isRedirected() {
    return cache.onNode().isEmpty() && !cache.redirectedTo().isEmpty();
  }

  /** The pods of the cache, as if they were behind a Service of their own. */
  private Optional<Destination> redirected(Server server) {
    boolean concerned = isService(server) || cache.answersAt(server.address());
    return isRedirected() && concerned ? Optional.of(cachePods(server)) : Optional.empty();
  }

  private Destination cachePods(Server server) {
    Pod any = cache.redirectedTo().getFirst();
    Labels labels = any.labels().lasting();
    Service service =
        new Service(
            any.namespace(),
            "node-local-dns",
            List.of(server.address()),
            labels,
            Stream.of(Protocol.UDP, Protocol.TCP).map(protocol -> port(server, protocol)).toList());
    return new Destination.Balanced(service, server.address(), cache.redirectedTo());
  }

  /**
   * The cache listens on port 53 (Cilium documentation, "Local Redirect Policy", node-local DNS).
   */
  private static Service.Port port(Server server, Protocol protocol) {
    return new Service.Port(
        "dns", server.port(), protocol, new PortReference.Numbered(Server.DNS_PORT));
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

  private List<Pod> cacheAt(InetAddress address) {
    return cache.answersAt(address) ? cache.onNode() : List.of();
  }
}
