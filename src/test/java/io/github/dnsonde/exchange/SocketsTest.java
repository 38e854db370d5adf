package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Probes.probe;
import static io.github.dnsonde.testkit.Probes.question;
import static io.github.dnsonde.testkit.Probes.vantageAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply.NotSent;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.probe.Verdict.Untested;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Way;
import io.github.dnsonde.testkit.Witness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The source of sockets, and the outcomes if none can be opened. */
class SocketsTest {

  private static final InetSocketAddress NOBODY = new InetSocketAddress(Way.IPV4, 53);

  @ParameterizedTest
  @EnumSource
  void localAddressOfTheVantageIsHonoured(Transport transport) throws IOException {
    Vantage vantage = vantageAt(InetAddress.ofLiteral("127.0.1.5"));
    Witness witness = new Witness(rightAnswer());
    try (FakeDnsServer server = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, witness);
        Asker asker = new Asker()) {
      Outcome outcome =
          asker.ask(
              probe(vantage, server.address(), question(Probes.EXTERNAL, transport)), PATIENT);

      assertEquals(new Good(), outcome.verdict(), () -> "reply " + outcome.reply());
      assertEquals(vantage.from(), witness.seen().getFirst().from().getAddress());
      assertEquals(vantage.from(), outcome.local().orElseThrow().getAddress());
    }
  }

  @ParameterizedTest
  @EnumSource
  void foreignLocalAddressMeansNoSocket(Transport transport) {
    Vantage vantage = vantageAt(InetAddress.ofLiteral("192.0.2.1"));
    try (Asker asker = new Asker()) {
      Outcome outcome =
          asker.ask(probe(vantage, NOBODY, question(Probes.EXTERNAL, transport)), PATIENT);

      assertUntested(Cause.NO_SOCKET, "Cannot assign requested address", outcome);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.dnsonde.testkit.Way#all")
  void aServerOfTheOtherFamilyIsQueriedFromTheAddressThatTheKernelSelects(Way way)
      throws IOException {
    InetAddress other = way.loopback().equals(Way.IPV4) ? Way.IPV6 : Way.IPV4;
    Witness witness = new Witness(rightAnswer());
    InetAddress loopback = way.orSkip().loopback();
    try (FakeDnsServer server = FakeDnsServer.start(loopback, FakeDnsServer.ANY_PORT, witness);
        Asker asker = new Asker()) {
      Outcome outcome =
          asker.ask(
              probe(vantageAt(other), server.address(), question(Probes.EXTERNAL, way.transport())),
              PATIENT);

      assertEquals(new Good(), outcome.verdict(), () -> "reply " + outcome.reply());
      assertEquals(loopback, witness.seen().getFirst().from().getAddress());
    }
  }

  @ParameterizedTest
  @EnumSource
  void lackOfDescriptorsIsReportedAsOurFailure(Transport transport) {
    try (Asker asker = new Asker(new NoSockets("Too many open files"), Ticker.SYSTEM)) {
      Outcome outcome = asker.ask(probe(NOBODY, transport), PATIENT);

      assertUntested(Cause.NO_SOCKET, "Too many open files", outcome);
      assertEquals(0, asker.exchange().inFlight(), "in flight");
    }
  }

  @ParameterizedTest
  @EnumSource
  void networkThatCannotBeEnteredKeepsItsCause(Transport transport) {
    for (Cause cause : List.of(Cause.VANTAGE_GONE, Cause.NO_PERMISSION)) {
      try (Asker asker = new Asker(new Unreachable(cause), Ticker.SYSTEM)) {
        assertUntested(
            cause, "setns: " + cause.label(), asker.ask(probe(NOBODY, transport), PATIENT));
      }
    }
  }

  @Test
  void everyQueryOpensOneSocketThroughTheInterfaceAndClosesIt() throws IOException {
    Counted sockets = new Counted();
    try (FakeDnsServer server =
            FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, rightAnswer());
        Asker asker = new Asker(sockets, Ticker.SYSTEM)) {
      for (Transport transport : Transport.values()) {
        Probe probe = probe(server.address(), transport);
        assertEquals(new Good(), asker.ask(probe, PATIENT).verdict());
        assertEquals(new Good(), asker.ask(probe, PATIENT).verdict());
      }
    }
    assertEquals(4, sockets.opened.size(), "sockets opened for four queries");
    assertTrue(sockets.opened.stream().noneMatch(Channel::isOpen), "all are closed");
  }

  /** Java throws this if it was started without IPv6. */
  @ParameterizedTest
  @EnumSource
  void aFamilyThatJavaLacksMeansNoSocketAndAdvisesWhatToDo(Transport transport) {
    RuntimeException lacking = new UnsupportedOperationException("IPv6 not available");
    try (Asker asker = new Asker(new Defective(lacking), Ticker.SYSTEM)) {
      assertUntested(
          Cause.NO_SOCKET,
          "IPv6 not available: INET sockets need that family in the agent's own network; enable it"
              + " there, or remove the server",
          asker.ask(probe(NOBODY, transport), PATIENT));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUnexpectedExceptionSpoilsOnlyOneQuery(Transport transport) throws IOException {
    Defective sockets = new Defective(new IllegalStateException("a defect"));
    try (FakeDnsServer server =
            FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, rightAnswer());
        Asker asker = new Asker(sockets, Ticker.SYSTEM)) {
      Probe probe = probe(server.address(), transport);

      assertUntested(Cause.INTERNAL, "a defect", asker.ask(probe, PATIENT));
      sockets.fixed = true;
      assertEquals(new Good(), asker.ask(probe, PATIENT).verdict());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExceptionOfACallbackDoesNotEndOtherQueries(Transport transport) throws IOException {
    try (FakeDnsServer server =
            FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, rightAnswer());
        Asker asker = new Asker()) {
      Probe probe = probe(server.address(), transport);
      List<Outcome> outcomes = new ArrayList<>();
      asker
          .exchange()
          .query(
              probe,
              PATIENT,
              PATIENT,
              outcome -> {
                outcomes.add(outcome);
                throw new IllegalStateException("a defect of the listener");
              });
      asker.exchange().query(probe, PATIENT, PATIENT, outcomes::add);

      asker.awaitUntilIdle();

      assertEquals(
          List.of(new Good(), new Good()), outcomes.stream().map(Outcome::verdict).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErrorIsNotCaught(Transport transport) {
    Error full = new OutOfMemoryError("made up");
    try (Asker asker = new Asker(new Defective(full), Ticker.SYSTEM)) {
      assertSame(
          full, assertThrows(Error.class, () -> asker.ask(probe(NOBODY, transport), PATIENT)));
    }
  }

  private static void assertUntested(Cause cause, String detail, Outcome outcome) {
    assertEquals(new NotSent(cause, detail), outcome.reply());
    assertEquals(new Untested(cause), outcome.verdict());
    assertEquals(Optional.empty(), outcome.duration(), "nothing was sent, so nothing took time");
  }

  /** A system that has run out of a resource. */
  private record NoSockets(String message) implements Sockets {
    @Override
    public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family) throws IOException {
      throw new IOException(message);
    }

    @Override
    public SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws IOException {
      throw new IOException(message);
    }
  }

  /** A network namespace that cannot be entered. */
  private record Unreachable(Cause cause) implements Sockets {
    @Override
    public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family) throws Unavailable {
      throw new Unavailable(cause, "setns: " + cause.label());
    }

    @Override
    public SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws Unavailable {
      throw new Unavailable(cause, "setns: " + cause.label());
    }
  }

  /** Sockets of this process, after an impossible failure has been fixed. */
  private static final class Defective implements Sockets {
    private final Throwable defect;
    private boolean fixed;

    Defective(Throwable defect) {
      this.defect = defect;
    }

    @Override
    public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family) throws IOException {
      fail();
      return DatagramChannel.open(family);
    }

    @Override
    public SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws IOException {
      fail();
      return SocketChannel.open(family);
    }

    private void fail() {
      switch (defect) {
        case RuntimeException e when !fixed -> throw e;
        case Error e when !fixed -> throw e;
        default -> {}
      }
    }
  }

  /** Sockets of this process, which also remember what was opened. */
  private static final class Counted implements Sockets {
    private final List<Channel> opened = new ArrayList<>();

    @Override
    public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family) throws IOException {
      DatagramChannel channel = DatagramChannel.open(family);
      opened.add(channel);
      return channel;
    }

    @Override
    public SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws IOException {
      SocketChannel channel = SocketChannel.open(family);
      opened.add(channel);
      return channel;
    }
  }
}
