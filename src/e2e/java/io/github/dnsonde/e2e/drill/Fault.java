package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.Set;

/**
 * A fault with its scope. An empty set means all.
 *
 * @param nodes the nodes whose pods are affected
 * @param namespaces the affected namespaces
 * @param servers the affected servers
 */
record Fault(
    Kind kind,
    Set<String> nodes,
    Set<String> namespaces,
    Set<String> servers,
    Set<Transport> transports,
    Set<Scope> scopes) {

  /** The effect on an affected query. */
  enum Kind {
    /** The query gets no response, as if a policy engine dropped it. */
    SILENCE,
    /** Every second query is lost. */
    EVERY_SECOND_LOST,
    /** Every fifth query is lost. */
    EVERY_FIFTH_LOST,
    /** One query is lost, once. */
    ONE_LOST,
    /** The answer arrives, but late. */
    SLOWNESS,
    SERVFAIL,
    /** The server answers that the name does not exist. */
    NXDOMAIN,
    /** The answer has an unexpected address: a hijack. */
    WRONG_ADDRESS,
    /** No process listens: the kernel reports it, as does a policy engine that rejects. */
    CLOSED
  }

  Fault {
    nodes = Set.copyOf(nodes);
    namespaces = Set.copyOf(namespaces);
    servers = Set.copyOf(servers);
    transports = Set.copyOf(transports);
    scopes = Set.copyOf(scopes);
  }

  /** Creates a fault that affects everything. */
  static Fault of(Kind kind) {
    return new Fault(kind, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
  }

  Fault on(String node) {
    return new Fault(kind, Set.of(node), namespaces, servers, transports, scopes);
  }

  Fault in(String... some) {
    return new Fault(kind, nodes, Set.of(some), servers, transports, scopes);
  }

  Fault at(String server) {
    return new Fault(kind, nodes, namespaces, Set.of(server), transports, scopes);
  }

  Fault over(Transport transport) {
    return new Fault(kind, nodes, namespaces, servers, Set.of(transport), scopes);
  }

  Fault asking(Scope scope) {
    return new Fault(kind, nodes, namespaces, servers, transports, Set.of(scope));
  }

  /** Returns whether it affects any query from a namespace on a node to a server. */
  boolean hits(String node, String namespace, String server) {
    return holds(nodes, node) && holds(namespaces, namespace) && holds(servers, server);
  }

  /** Returns whether it affects this kind of query. */
  boolean hits(Transport transport, Scope scope) {
    return holds(transports, transport) && holds(scopes, scope);
  }

  private static <T> boolean holds(Set<T> all, T one) {
    return all.isEmpty() || all.contains(one);
  }
}
