package io.github.dnsonde.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Connection;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.demo.FakeDnsServer.Step;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.TrialQuestion.Kind;
import io.github.dnsonde.probe.TrialResult;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleTrials;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/** Trials against servers on loopback that treat the queries differently. */
class TrialRunTest {

  private static final TrialQuestion LARGE =
      SampleTrials.question("large.example.com.", Kind.LARGE);
  private static final TrialQuestion FRESH =
      SampleTrials.question("a.any.example.com.", Kind.FRESH);

  private final Responder healthy = FakeDnsServer.clusterDns();
  private final Asker asker = new Asker();

  @AfterEach
  void close() {
    asker.close();
  }

  @Test
  void aLargeAnswerIsTruncatedOverUdpAndWholeOverTcp() throws IOException {
    TrialOutcome outcome = compare(LARGE, healthy);
    assertEquals(Optional.of(TrialResult.WHOLE), outcome.result(), outcome::toString);
    Answered usual = answered(outcome.outcomes().get(0));
    Answered large = answered(outcome.outcomes().get(1));
    Answered stream = answered(outcome.outcomes().get(2));
    assertTrue(usual.truncated() && usual.size() <= 1232, usual::toString);
    assertTrue(!large.truncated() && large.size() > 1500, large::toString);
    assertEquals(150, stream.count());
  }

  @Test
  void anAnswerThatFitsShowsNothing() throws IOException {
    TrialQuestion small = SampleTrials.question("example.com.", Kind.LARGE);
    assertEquals(Optional.of(TrialResult.FITS), compare(small, healthy).result());
  }

  /** A firewall that drops responses with the TC bit, which applications wait for. */
  @Test
  void aTruncatedAnswerThatIsDropped() throws IOException {
    Responder dropping =
        (query, sink) -> {
          if (query.transport() == Transport.TCP) {
            healthy.respond(query, sink);
          }
        };
    assertEquals(Optional.of(TrialResult.DATAGRAM_LOST), compare(LARGE, dropping).result());
  }

  @Test
  void anAnswerThatIsCutWithoutSayingSo() throws IOException {
    Responder cutting =
        (query, sink) ->
            healthy.respond(
                query,
                new Changed(
                    sink,
                    message -> {
                      Message cut = new Message(message.toWire(query.limit()));
                      cut.getHeader().unsetFlag(Flags.TC);
                      return cut;
                    }));
    assertEquals(Optional.of(TrialResult.CUT_SILENTLY), compare(LARGE, cutting).result());
  }

  @Test
  void anAnswerThatIsLargerThanTheClientAccepts() throws IOException {
    Responder whole = (query, sink) -> healthy.respond(query, new Changed(sink, all -> all));
    assertEquals(Optional.of(TrialResult.OVERSIZED), compare(LARGE, whole).result());
  }

  @Test
  void aServerWithoutAnswersOverTcp() throws IOException {
    Responder refusing =
        (query, sink) -> {
          if (query.transport() == Transport.TCP) {
            sink.send(query.response(Rcode.REFUSED));
          } else {
            healthy.respond(query, sink);
          }
        };
    assertEquals(Optional.of(TrialResult.TCP_FAILS), compare(LARGE, refusing).result());
  }

  @Test
  void aServerThatFailsSaysNothingAboutSizes() throws IOException {
    Responder failing = (query, sink) -> sink.send(query.response(Rcode.SERVFAIL));
    assertEquals(Optional.of(TrialResult.FAILED), compare(LARGE, failing).result());
    assertEquals(Optional.of(TrialResult.FAILED), compare(FRESH, failing).result());
  }

  /** A cache keeps the failure of the name, and the upstream resolver has recovered. */
  @Test
  void aCachedFailureIsToldFromAFreshOne() throws IOException {
    AtomicBoolean upstreamWorks = new AtomicBoolean();
    Set<Name> failures = ConcurrentHashMap.newKeySet();
    Responder caching =
        (query, sink) -> {
          Name name = query.question().orElseThrow().getName();
          if (!upstreamWorks.get()) {
            failures.add(name);
          }
          if (failures.contains(name)) {
            sink.send(query.response(Rcode.SERVFAIL));
          } else {
            healthy.respond(query, sink);
          }
        };
    try (FakeDnsServer server = server(caching)) {
      Trial trial = trial(FRESH, server);
      assertEquals(Optional.of(TrialResult.FAILED), compare(trial).result(), "both are fresh");
      upstreamWorks.set(true);
      assertEquals(Optional.of(TrialResult.CACHED_FAILS), compare(trial).result());
      failures.clear();
      assertEquals(Optional.of(TrialResult.ANSWERED), compare(trial).result());
    }
  }

  @Test
  void aCacheThatHidesAFailure() throws IOException {
    Name known = Name.fromString(FRESH.name());
    Responder withoutUpstream =
        (query, sink) -> {
          if (query.question().orElseThrow().getName().equals(known)) {
            healthy.respond(query, sink);
          } else {
            sink.send(query.response(Rcode.SERVFAIL));
          }
        };
    assertEquals(Optional.of(TrialResult.FRESH_FAILS), compare(FRESH, withoutUpstream).result());
  }

  /** A change of a whole message. */
  private interface Change {
    Message apply(Message message) throws IOException;
  }

  /** Sends answers that are changed, whatever the client accepts. */
  private record Changed(Sink sink, Change change) implements Sink {
    @Override
    public void send(byte[] octets) throws IOException {
      sink.send(octets);
    }

    @Override
    public void send(Message message) throws IOException {
      sink.send(change.apply(message).toWire());
    }

    @Override
    public void after(Duration delay, Step step) {
      sink.after(delay, step);
    }

    @Override
    public Optional<Connection> connection() {
      return sink.connection();
    }
  }

  private TrialOutcome compare(TrialQuestion question, Responder responder) throws IOException {
    try (FakeDnsServer server = server(responder)) {
      return compare(trial(question, server));
    }
  }

  private TrialOutcome compare(Trial trial) {
    return asker.compare(trial, Asker.BRIEF);
  }

  private static FakeDnsServer server(Responder responder) throws IOException {
    return FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, responder);
  }

  private static Trial trial(TrialQuestion question, FakeDnsServer server) {
    return new Trial(Probes.vantage(), Probes.server(server.address()), question);
  }

  private static Answered answered(Outcome outcome) {
    return assertInstanceOf(Answered.class, outcome.reply());
  }
}
