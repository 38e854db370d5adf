package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.probe.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** A DNS server of a simulated cluster, as the pods of one node see it. */
final class Resolver implements AutoCloseable {

  /** The delay of a slow answer, less than the limit for late in {@link AgentFile}. */
  private static final Duration SLOW = Duration.ofMillis(2_500);

  private static final InetAddress NOBODY = InetAddress.ofLiteral("203.0.113.66");
  private static final long TTL = 30;

  private final String node;
  private final String name;
  private final Map<InetAddress, String> namespaces;
  private final Responder healthy = FakeDnsServer.clusterDns();
  private final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private volatile Optional<Fault> fault = Optional.empty();
  private FakeDnsServer server;
  private boolean closed;

  /**
   * Starts the server.
   *
   * @param name its name, such as {@code kube-dns}
   * @param address an address on loopback
   * @param namespaces the namespaces by the source addresses of their queries
   */
  Resolver(String node, String name, InetAddress address, Map<InetAddress, String> namespaces)
      throws IOException {
    this.node = node;
    this.name = name;
    this.namespaces = Map.copyOf(namespaces);
    this.server = FakeDnsServer.start(address, FakeDnsServer.ANY_PORT, this::respond);
  }

  String name() {
    return name;
  }

  InetSocketAddress address() {
    return server.address();
  }

  /** Causes a fault. */
  void suffer(Fault what) {
    fault = Optional.of(what);
    asked.clear();
    if (what.kind() == Fault.Kind.CLOSED && namespaces.values().stream().anyMatch(this::hit)) {
      closed = true;
      server.close();
    }
  }

  private boolean hit(String namespace) {
    return fault.filter(f -> f.hits(node, namespace, name)).isPresent();
  }

  /** Ends the fault. */
  void recover() throws IOException {
    fault = Optional.empty();
    if (closed) {
      closed = false;
      InetSocketAddress before = server.address();
      server = FakeDnsServer.start(before.getAddress(), before.getPort(), this::respond);
    }
  }

  private void respond(Query query, Sink sink) throws IOException {
    switch (suffered(query).orElse(null)) {
      case null -> healthy.respond(query, sink);
      case SILENCE, CLOSED -> {}
      case EVERY_SECOND_LOST -> loseOneIn(2, query, sink);
      case EVERY_FIFTH_LOST -> loseOneIn(5, query, sink);
      case ONE_LOST -> loseTheFirst(query, sink);
      case SLOWNESS -> sink.after(SLOW, () -> healthy.respond(query, sink));
      case SERVFAIL -> sink.send(query.response(Rcode.SERVFAIL));
      case NXDOMAIN -> sink.send(query.response(Rcode.NXDOMAIN));
      case WRONG_ADDRESS -> sink.send(hijacked(query));
    }
  }

  private Optional<Fault.Kind> suffered(Query query) {
    String namespace = namespaces.getOrDefault(query.from().getAddress(), "");
    return fault
        .filter(f -> f.hits(node, namespace, name))
        .filter(f -> scope(query).filter(s -> f.hits(query.transport(), s)).isPresent())
        .map(Fault::kind);
  }

  private static Optional<Scope> scope(Query query) {
    return query.question().map(asked -> Scope.of(asked.getName().toString()));
  }

  /** Loses one of this many queries of each probe. */
  private void loseOneIn(int divisor, Query query, Sink sink) throws IOException {
    String probe =
        query.from().getAddress() + " " + query.transport() + " " + query.question().orElseThrow();
    if (asked.merge(probe, 1, Integer::sum) % divisor != 0) {
      healthy.respond(query, sink);
    }
  }

  private void loseTheFirst(Query query, Sink sink) throws IOException {
    if (asked.merge("any", 1, Integer::sum) != 1) {
      healthy.respond(query, sink);
    }
  }

  private static Message hijacked(Query query) {
    Message response = query.response(Rcode.NOERROR);
    Name name = query.question().orElseThrow().getName();
    response.addRecord(new ARecord(name, DClass.IN, TTL, NOBODY), Section.ANSWER);
    return response;
  }

  @Override
  public void close() {
    server.close();
  }
}
