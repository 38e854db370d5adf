package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A transport over a family of addresses: the combinations that most tests are repeated for. */
public record Way(Transport transport, InetAddress loopback) {

  public static final InetAddress IPV4 = InetAddress.ofLiteral("127.0.0.1");
  public static final InetAddress IPV6 = InetAddress.ofLiteral("::1");

  /** UDP and TCP, each over IPv4 and IPv6. */
  public static Stream<Way> all() {
    return Arrays.stream(Transport.values())
        .flatMap(transport -> Stream.of(new Way(transport, IPV4), new Way(transport, IPV6)));
  }

  /** IPv4 and IPv6 over UDP. */
  public static Stream<Way> udp() {
    return all().filter(way -> way.transport() == Transport.UDP);
  }

  /** IPv4 and IPv6 over TCP. */
  public static Stream<Way> tcp() {
    return all().filter(way -> way.transport() == Transport.TCP);
  }

  /** Returns this way, or skips the test if this machine cannot run it. */
  public Way orSkip() {
    try (ServerSocketChannel tried = ServerSocketChannel.open()) {
      tried.bind(new InetSocketAddress(loopback, 0));
      return this;
    } catch (IOException failure) {
      return Assumptions.abort(
          "this machine has no " + loopback.getHostAddress() + ": " + failure.getMessage());
    }
  }

  /** Starts a server on this way's loopback address, at a port of its own. */
  public FakeDnsServer start(Responder responder) throws IOException {
    return FakeDnsServer.start(orSkip().loopback, FakeDnsServer.ANY_PORT, responder);
  }

  @Override
  public String toString() {
    return transport + " to " + loopback.getHostAddress();
  }
}
