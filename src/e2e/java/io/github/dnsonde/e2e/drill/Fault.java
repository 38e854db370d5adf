package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import java.util.Set;

/**
 * What goes wrong, and for whom. An empty set means all of them.
 *
 * @param nodes from whose pods it is seen
 * @param namespaces likewise
 * @param servers which of those that are asked
 */
record Fault(
    Kind kind,
    Set<String> nodes,
    Set<String> namespaces,
    Set<String> servers,
    Set<Transport> transports,
    Set<Scope> scopes) {

  /** What becomes of a question that is hit. */
  enum Kind {
    /** Nothing comes back, as when a policy engine drops. */
    SILENCE,
    /** One in two is lost. */
    EVERY_SECOND_LOST,
    /** One in five is lost. */
    EVERY_FIFTH_LOST,
    /** One is lost, once. */
    ONE_LOST,
    /** The answer takes longer than people like to wait, but comes. */
    SLOWNESS,
    SERVFAIL,
    /** The name does not exist, they say. */
    NXDOMAIN,
    /** The answer is an address that nobody expects: a hijack. */
    WRONG_ADDRESS,
    /** Nobody listens there: the kernel says so, as does a policy engine that rejects. */
    CLOSED
  }

  Fault {
    nodes = Set.copyOf(nodes);
    namespaces = Set.copyOf(namespaces);
    servers = Set.copyOf(servers);
    transports = Set.copyOf(transports);
    scopes = Set.copyOf(scopes);
  }

  /** For everybody. */
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

  /** Whether it hits anything between a namespace on a node and a server. */
  boolean hits(String node, String namespace, String server) {
    return holds(nodes, node) && holds(namespaces, namespace) && holds(servers, server);
  }

  /** Whether it hits this kind of question. */
  boolean hits(Transport transport, Scope scope) {
    return holds(transports, transport) && holds(scopes, scope);
  }

  private static <T> boolean holds(Set<T> all, T one) {
    return all.isEmpty() || all.contains(one);
  }
}
