package io.github.dnsonde.demo;

import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/**
 * The DNS of a simulated cluster, for a first try of the program: kube-dns and NodeLocal DNSCache
 * on loopback, and three namespaces. They are distinguished by the local address of their queries,
 * as a policy engine distinguishes pods by theirs.
 */
public final class FakeCluster implements AutoCloseable {

  static final String KUBE_DNS = "kube-dns";
  static final String NODE_LOCAL_DNS = "node-local-dns";

  /** Namespaces and the address of their only pod. */
  static final Map<String, InetAddress> NAMESPACES = namespaces();

  /** The duration of a slow answer: more than the demo's limit for late, less than its timeout. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private static final int USUAL_PORT = 10_053;
  private static final Name CLUSTER = Name.fromConstantString("cluster.local.");

  private final Responder healthy = FakeDnsServer.clusterDns();
  private final FakeDnsServer kubeDns;
  private final FakeDnsServer nodeLocal;
  private volatile Scene scene = Scene.SCRIPT.getFirst();

  private FakeCluster() throws IOException {
    kubeDns = start("127.96.0.10", KUBE_DNS);
    try {
      nodeLocal = start("127.254.20.10", NODE_LOCAL_DNS);
    } catch (IOException e) {
      kubeDns.close();
      throw e;
    }
  }

  /**
   * Starts both servers, without a fault.
   *
   * @throws IOException if their addresses cannot be bound; the message states what is needed
   */
  public static FakeCluster start() throws IOException {
    try {
      return new FakeCluster();
    } catch (IOException e) {
      throw new IOException(
          "the demo needs all of 127.0.0.0/8 on the loopback interface, as on Linux:  "
              + e.getMessage(),
          e);
    }
  }

  private FakeDnsServer start(String address, String name) throws IOException {
    Responder responder = (query, sink) -> respond(name, query, sink);
    try {
      return FakeDnsServer.start(InetAddress.ofLiteral(address), USUAL_PORT, responder);
    } catch (BindException _) { // another demo is running
      return FakeDnsServer.start(InetAddress.ofLiteral(address), FakeDnsServer.ANY_PORT, responder);
    }
  }

  private static Map<String, InetAddress> namespaces() {
    Map<String, InetAddress> addresses = new LinkedHashMap<>();
    addresses.put("analytics", InetAddress.ofLiteral("127.10.1.5"));
    addresses.put("payments", InetAddress.ofLiteral("127.10.2.5"));
    addresses.put("shop", InetAddress.ofLiteral("127.10.3.5"));
    return Collections.unmodifiableMap(addresses);
  }

  /** Switches to a scene; applies to every query from now on. */
  public void play(Scene next) {
    scene = next;
  }

  /** The servers to query. */
  public List<Server> servers() {
    return List.of(server(KUBE_DNS, kubeDns), server(NODE_LOCAL_DNS, nodeLocal));
  }

  private static Server server(String name, FakeDnsServer standIn) {
    return new Server(name, standIn.address().getAddress(), standIn.address().getPort());
  }

  /** The vantages to query from: one pod in each namespace. */
  public List<Vantage> vantages() {
    return NAMESPACES.entrySet().stream()
        .map(
            entry ->
                new Vantage(
                    entry.getKey(), "web", "web-" + entry.getKey(), "demo", entry.getValue()))
        .toList();
  }

  private void respond(String server, Query query, Sink sink) throws IOException {
    switch (fault(server, query).orElse(null)) {
      case null -> healthy.respond(query, sink);
      case SILENCE -> {}
      case SERVFAIL -> sink.send(query.response(Rcode.SERVFAIL));
      case SLOWNESS -> sink.after(SLOW, () -> healthy.respond(query, sink));
      case TRUNCATION -> sink.send(truncated(query));
    }
  }

  private static Message truncated(Query query) {
    Message response = query.response(Rcode.NOERROR);
    response.getHeader().setFlag(Flags.TC);
    return response;
  }

  private Optional<Fault> fault(String server, Query query) {
    Optional<Scope> scope =
        query.question().map(q -> q.getName().subdomain(CLUSTER) ? Scope.INTERNAL : Scope.EXTERNAL);
    return scope.flatMap(s -> scene.fault(namespace(query), server, query.transport(), s));
  }

  private static String namespace(Query query) {
    return NAMESPACES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(query.from().getAddress()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {
    kubeDns.close();
    nodeLocal.close();
  }
}
