package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Probes, questions and vantages in one line each; the parts that a test does not name are filled
 * in.
 */
public final class Probes {

  /** A name that the simulated DNS knows, with one address: 192.0.2.80. */
  public static final String EXTERNAL = "example.com.";

  /** A name that the simulated DNS knows with authority, with one address: 10.96.0.1. */
  public static final String INTERNAL = "kubernetes.default.svc.cluster.local.";

  private Probes() {}

  /** A vantage that leaves the local address to the kernel. */
  public static Vantage vantage() {
    return vantageAt(Vantage.ANY);
  }

  /** A vantage with its own local address. */
  public static Vantage vantageAt(InetAddress from) {
    return new Vantage("shop", "cart", "cart-7d4b9c6f5-x2x9q", "node-1", from);
  }

  public static Server server(InetSocketAddress address) {
    return new Server("kube-dns", address.getAddress(), address.getPort());
  }

  /** A question for an address, answered right by any record. */
  public static Question question(String name, Transport transport) {
    return question(name, RecordType.A, transport, Expectation.ANY_RECORD);
  }

  public static Question question(
      String name, RecordType type, Transport transport, Expectation expected) {
    Scope scope = name.endsWith("cluster.local.") ? Scope.INTERNAL : Scope.EXTERNAL;
    return new Question(name, type, transport, scope, expected);
  }

  /** A probe with a query for {@link #EXTERNAL}. */
  public static Probe probe(InetSocketAddress server, Transport transport) {
    return probe(server, question(EXTERNAL, transport));
  }

  public static Probe probe(InetSocketAddress server, Question question) {
    return probe(vantage(), server, question);
  }

  public static Probe probe(Vantage vantage, InetSocketAddress server, Question question) {
    return new Probe(vantage, server(server), question, true);
  }
}
