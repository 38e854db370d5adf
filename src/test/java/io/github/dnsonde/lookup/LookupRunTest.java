package io.github.dnsonde.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LookupRunTest {

  private static final Reply NO_SUCH_NAME = new Reply.Answered(3, false, List.of(), 40);

  private static final Reply SILENCE = new Reply.TimedOut(Reply.Phase.RESPONSE);

  private final FakeTicker ticker = new FakeTicker();

  /** A tenant's {@code dnsConfig} sets the timeout, which may be longer than the lookup. */
  @Test
  void noQueryOutlastsTheLookup() {
    Lookup lookup =
        new Lookup(
            Probes.vantage(),
            "db",
            ResolverKind.MUSL,
            List.of(Probes.server(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.53"), 53))),
            ResolverSettings.of(
                List.of(), Stream.of("example.com"), Stream.of("timeout:60", "attempts:1")),
            List.of());
    Recorder recorder = new Recorder();
    LookupRun run =
        new LookupRun(lookup, 0, recorder, ticker, _ -> {}, _ -> {}, LookupRun.Pairs.IGNORED);
    run.start();
    ticker.advance(Duration.ofSeconds(20));
    recorder.replyToAll();
    assertEquals(
        List.of(Walk.LONGEST, Walk.LONGEST, Duration.ofSeconds(10), Duration.ofSeconds(10)),
        recorder.timeouts);
  }

  @Test
  void glibcAndMuslSendBothTypesFromOneSocketAndGoFromTwo() {
    for (ResolverKind kind : ResolverKind.values()) {
      Recorder recorder = new Recorder();
      run(kind, recorder, LookupRun.Pairs.IGNORED).start();
      assertEquals(
          kind == ResolverKind.GO ? List.of("own A", "own AAAA") : List.of("1 A", "1 AAAA"),
          recorder.sent,
          kind::toString);
    }
  }

  @Test
  void aPairIsReportedWithTheSameQueriesFromTwoSockets() {
    Recorder recorder = new Recorder();
    List<QueryPair> pairs = new ArrayList<>();
    LookupRun run = run(ResolverKind.GLIBC, recorder, new LookupRun.Pairs(_ -> true, pairs::add));
    run.start();
    assertEquals(List.of("1 A", "1 AAAA", "own A", "own AAAA"), recorder.sent);
    recorder.reply(0, NO_SUCH_NAME);
    recorder.reply(1, SILENCE);
    recorder.reply(2, NO_SUCH_NAME);
    assertEquals(List.of(), pairs, "a query of the comparison has no outcome");
    recorder.reply(3, NO_SUCH_NAME);
    recorder.reply(4, NO_SUCH_NAME);
    recorder.reply(5, NO_SUCH_NAME);
    assertTrue(run.isOver());
    assertEquals(List.of(1), pairs.stream().map(QueryPair::replies).toList());
    assertEquals(Optional.of(2), pairs.getFirst().fromTwoSockets());
  }

  /** musl does not wait for the end of a query: it repeats what is unanswered. */
  @Test
  void aQueryThatIsRepeatedHasLostItsReplyOnceItsTimeIsOver() {
    Recorder recorder = new Recorder();
    List<QueryPair> pairs = new ArrayList<>();
    repeatedByMusl(recorder, pairs);
    recorder.reply(1, SILENCE);
    assertEquals(List.of(1), pairs.stream().map(QueryPair::replies).toList());
  }

  @Test
  void aReplyThatComesAfterTheEndOfTheLookupIsNotLost() {
    Recorder recorder = new Recorder();
    List<QueryPair> pairs = new ArrayList<>();
    repeatedByMusl(recorder, pairs);
    recorder.reply(1, NO_SUCH_NAME);
    assertEquals(List.of(2), pairs.stream().map(QueryPair::replies).toList());
  }

  private void repeatedByMusl(Recorder recorder, List<QueryPair> pairs) {
    LookupRun run = run(ResolverKind.MUSL, recorder, new LookupRun.Pairs(_ -> false, pairs::add));
    run.start();
    recorder.reply(0, NO_SUCH_NAME);
    ticker.advance(Duration.ofSeconds(3));
    run.wake();
    assertEquals(List.of("1 A", "1 AAAA", "1 AAAA"), recorder.sent);
    recorder.reply(2, NO_SUCH_NAME);
    assertTrue(run.isOver());
    assertEquals(List.of(), pairs, "the first AAAA may still get its reply");
  }

  @Test
  void aPairWithAnotherErrorIsNotReported() {
    Recorder recorder = new Recorder();
    List<QueryPair> pairs = new ArrayList<>();
    LookupRun run = run(ResolverKind.GLIBC, recorder, new LookupRun.Pairs(_ -> false, pairs::add));
    run.start();
    for (int query = 0; !run.isOver(); query++) {
      recorder.reply(query, new Reply.PortUnreachable());
    }
    assertEquals(List.of(), pairs);
  }

  private LookupRun run(ResolverKind kind, Recorder recorder, LookupRun.Pairs pairs) {
    Lookup lookup =
        new Lookup(
            Probes.vantage(),
            "example.com.",
            kind,
            List.of(Probes.server(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.53"), 53))),
            ResolverSettings.of(List.of(), Stream.of(), Stream.of("timeout:5", "attempts:2")),
            List.of());
    return new LookupRun(lookup, 0, recorder, ticker, _ -> {}, _ -> {}, pairs);
  }

  /** Keeps each query until it is replied to: the name does not exist. */
  private static final class Recorder implements Exchange {
    private final List<Duration> timeouts = new ArrayList<>();
    private final List<Runnable> open = new ArrayList<>();
    private final List<String> sent = new ArrayList<>();
    private final List<Consumer<Reply>> replies = new ArrayList<>();
    private int sockets;

    void reply(int query, Reply reply) {
      replies.get(query).accept(reply);
    }

    @Override
    public QuerySocket openSocket(Vantage vantage, Server server) {
      String number = Integer.toString(++sockets);
      return new QuerySocket() {
        @Override
        public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
          send(number, probe, timeout, done);
        }

        @Override
        public void closeWhenIdle() {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
      send("own", probe, timeout, done);
    }

    private void send(String socket, Probe probe, Duration timeout, Consumer<Outcome> done) {
      sent.add(socket + " " + probe.question().type());
      replies.add(reply -> done.accept(SampleOutcomes.replied(probe, 1, reply)));
      timeouts.add(timeout);
      open.add(() -> done.accept(SampleOutcomes.replied(probe, 1, NO_SUCH_NAME)));
    }

    void replyToAll() {
      List<Runnable> replies = List.copyOf(open);
      open.clear();
      replies.forEach(Runnable::run);
    }

    @Override
    public void await(Duration atMost) {}

    @Override
    public int inFlight() {
      return open.size();
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {}
  }
}
