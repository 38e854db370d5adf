package io.github.dnsonde.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.Probes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

@Timeout(30)
class SharedSocketTest {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration BRIEF = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofSeconds(20);

  /** A query whose answer waits. */
  private record Held(FakeDnsServer.Query query, FakeDnsServer.Sink sink) {
    void answer() throws IOException {
      FakeDnsServer.clusterDns().respond(query, sink);
    }
  }

  private final DnsExchange exchange =
      new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {});
  private final List<Outcome> outcomes = new ArrayList<>();

  @AfterEach
  void close() {
    exchange.close();
  }

  @Test
  void eachAnswerGoesToItsQueryInWhateverOrderTheyArrive() throws IOException {
    List<Held> both = new ArrayList<>();
    try (FakeDnsServer server =
        start(
            (query, sink) -> {
              both.add(new Held(query, sink));
              if (both.size() == 2) {
                both.getLast().answer();
                both.getFirst().answer();
              }
            })) {
      pair(server.address(), LONG);
      await();
    }
    assertEquals(List.of(new Verdict.Good(), new Verdict.Good()), verdicts());
    assertEquals(RecordType.AAAA, outcomes.getFirst().probe().question().type());
    assertEquals(outcomes.getFirst().local(), outcomes.getLast().local(), "one source port");
  }

  @Test
  void oneLostReplyDoesNotConcernTheOther() throws IOException {
    try (FakeDnsServer server = start(withoutIpv6())) {
      pair(server.address(), BRIEF);
      await();
    }
    assertInstanceOf(Reply.Answered.class, outcomes.getFirst().reply());
    assertInstanceOf(Reply.TimedOut.class, outcomes.getLast().reply());
    assertEquals(RecordType.AAAA, outcomes.getLast().probe().question().type());
  }

  @Test
  void anErrorOfTheSocketIsThatOfBoth() throws IOException {
    pair(ClosedPort.at(LOOPBACK), LONG);
    await();
    assertEquals(2, outcomes.size());
    outcomes.forEach(outcome -> assertInstanceOf(Reply.PortUnreachable.class, outcome.reply()));
  }

  @Test
  void aSocketThatStaysOpenKeepsItsPortAndLeavesOutLateAnswers() throws IOException {
    List<Held> late = new ArrayList<>();
    try (FakeDnsServer server =
        start(
            (query, sink) -> {
              late.add(new Held(query, sink));
              if (late.size() >= 2) {
                late.removeFirst().answer();
                late.getFirst().answer();
              }
            })) {
      Probe probe = probe(server.address(), RecordType.A);
      QuerySocket socket = exchange.openSocket(probe.vantage(), probe.server());
      socket.query(probe, BRIEF, BRIEF, outcomes::add);
      await();
      socket.query(probe, LONG, LONG, outcomes::add);
      await();
      assertInstanceOf(Reply.TimedOut.class, outcomes.getFirst().reply());
      assertEquals(new Verdict.Good(), outcomes.getLast().verdict());
      assertEquals(outcomes.getFirst().local(), outcomes.getLast().local());
      exchange.query(probe, BRIEF, LONG, outcomes::add);
      await();
      assertNotEquals(outcomes.getFirst().local(), outcomes.getLast().local());
    }
  }

  /** The error of a query that nobody waits for any more is not that of the next one. */
  @Test
  void aLeftOverErrorIsLeftOut() throws IOException {
    InetSocketAddress closed = ClosedPort.at(LOOPBACK);
    Probe probe = probe(closed, RecordType.A);
    QuerySocket socket = exchange.openSocket(probe.vantage(), probe.server());
    socket.query(probe, Duration.ofNanos(1), BRIEF, outcomes::add);
    await();
    try (FakeDnsServer _ =
        FakeDnsServer.start(LOOPBACK, closed.getPort(), FakeDnsServer.clusterDns())) {
      socket.query(probe, LONG, LONG, outcomes::add);
      await();
    }
    assertEquals(new Verdict.Good(), outcomes.getLast().verdict(), outcomes::toString);
  }

  @Test
  void closingEndsItsQueriesAsUntested() throws IOException {
    try (FakeDnsServer server = start((_, _) -> {})) {
      QuerySocket socket = pair(server.address(), LONG);
      socket.close();
      assertEquals(0, exchange.inFlight());
    }
    assertEquals(
        List.of(new Verdict.Untested(Cause.SHUTDOWN), new Verdict.Untested(Cause.SHUTDOWN)),
        verdicts());
  }

  @Test
  void itSendsToItsServerAlone() throws IOException {
    try (FakeDnsServer server = start((_, _) -> {});
        FakeDnsServer other = start((_, _) -> {})) {
      Probe probe = probe(server.address(), RecordType.A);
      QuerySocket socket = exchange.openSocket(probe.vantage(), probe.server());
      assertThrows(
          IllegalArgumentException.class,
          () -> socket.query(probe(other.address(), RecordType.A), LONG, LONG, outcomes::add));
    }
  }

  private QuerySocket pair(InetSocketAddress server, Duration timeout) {
    Probe probe = probe(server, RecordType.A);
    QuerySocket socket = exchange.openSocket(probe.vantage(), probe.server());
    socket.query(probe, timeout, timeout, outcomes::add);
    socket.query(probe(server, RecordType.AAAA), timeout, timeout, outcomes::add);
    socket.closeWhenIdle();
    return socket;
  }

  private static Probe probe(InetSocketAddress server, RecordType type) {
    return Probes.probe(
        server, Probes.question(Probes.EXTERNAL, type, Transport.UDP, Expectation.ANY_RECORD));
  }

  private void await() {
    while (exchange.inFlight() > 0) {
      exchange.await(LONG);
    }
  }

  private List<Verdict> verdicts() {
    return outcomes.stream().map(Outcome::verdict).toList();
  }

  private static FakeDnsServer start(FakeDnsServer.Responder responder) throws IOException {
    return FakeDnsServer.start(LOOPBACK, FakeDnsServer.ANY_PORT, responder);
  }

  private static FakeDnsServer.Responder withoutIpv6() {
    return (query, sink) -> {
      if (new Message(query.octets()).getQuestion().getType() == Type.A) {
        FakeDnsServer.clusterDns().respond(query, sink);
      }
    };
  }
}
