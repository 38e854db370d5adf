package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.TrialResult;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleTrials;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("long")
class SchedulerTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Pace QUICK = pace(512);

  private final Recorder reported = new Recorder();
  private CountDownLatch ended = new CountDownLatch(1);
  private FakeDnsServer healthy;
  private FakeDnsServer silent;
  private Scheduler scheduler;

  @BeforeEach
  void start() throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    healthy = FakeDnsServer.start(loopback, FakeDnsServer.ANY_PORT, FakeDnsServer.clusterDns());
    silent = FakeDnsServer.start(loopback, FakeDnsServer.ANY_PORT, (query, sink) -> {});
    scheduler = scheduler(reported);
  }

  @AfterEach
  void stop() {
    scheduler.close();
    healthy.close();
    silent.close();
  }

  @Test
  void everyProbeIsQueriedRepeatedly() throws InterruptedException {
    Plan plan = new Plan(List.of(probe(healthy, Transport.UDP), probe(healthy, Transport.TCP)));
    scheduler.follow(plan, QUICK);
    scheduler.start();
    Map<Probe, Integer> good = new HashMap<>();
    while (good.size() < 2 || good.values().stream().anyMatch(count -> count < 3)) {
      Outcome outcome = reported.next(_ -> true);
      assertEquals(new Verdict.Good(), outcome.verdict(), () -> "of " + outcome);
      good.merge(outcome.probe(), 1, Integer::sum);
    }
  }

  @Test
  void aLookupIsRepeatedAndEachOfItsQueriesIsInTheOutcome() throws InterruptedException {
    Server server = Probes.server(healthy.address());
    Lookup lookup =
        new Lookup(
            Probes.vantage(),
            "example.com",
            ResolverKind.GLIBC,
            List.of(server),
            ResolverSettings.of(
                List.of(), Stream.of("svc.cluster.local", "cluster.local"), Stream.of("ndots:5")),
            List.of());
    scheduler.follow(Plan.EMPTY.lookingUp(List.of(lookup)), QUICK);
    scheduler.start();
    for (int i = 0; i < 2; i++) {
      LookupOutcome outcome = reported.lookups.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertEquals(
          new LookupOutcome.Result.Found("example.com."), outcome.result(), outcome::toString);
      assertEquals(6, outcome.steps().size(), outcome::toString);
      assertTrue(outcome.duration().isPresent());
    }
    assertTrue(reported.alsoSent.size() >= 12, "each query is counted");
  }

  /** The server answers the first query of each source port alone, as a race of packets does. */
  @Test
  void afterALostReplyPairsAreComparedWithTwoSockets() throws Exception {
    Set<Integer> ports = ConcurrentHashMap.newKeySet();
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    try (FakeDnsServer racing =
        FakeDnsServer.start(
            loopback,
            FakeDnsServer.ANY_PORT,
            (query, sink) -> {
              if (ports.add(query.from().getPort())) {
                FakeDnsServer.clusterDns().respond(query, sink);
              }
            })) {
      Lookup lookup =
          new Lookup(
              Probes.vantage(),
              "example.com.",
              ResolverKind.MUSL, // repeats after 100 ms
              List.of(Probes.server(racing.address())),
              ResolverSettings.of(List.of(), Stream.of(), Stream.of("timeout:1", "attempts:10")),
              List.of());
      scheduler.follow(Plan.EMPTY.lookingUp(List.of(lookup)), QUICK);
      scheduler.start();
      QueryPair first = reported.pairs.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertEquals(1, first.replies());
      assertEquals(Optional.empty(), first.fromTwoSockets(), "nothing was lost before");
      QueryPair compared = first;
      while (compared.fromTwoSockets().isEmpty()) {
        compared = reported.pairs.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      }
      assertEquals(1, compared.replies());
      assertEquals(Optional.of(2), compared.fromTwoSockets());
    }
  }

  /** Probes that would use all of the budget, and another check that asks without a pause. */
  @Test
  void theBudgetCountsTheQueriesOfOtherChecks() throws InterruptedException {
    double budget = 200;
    int queries = 40;
    Pace pace =
        new Pace(Duration.ofMillis(20), Duration.ofSeconds(5), Duration.ofSeconds(1), 512, budget);
    Plan plan =
        new Plan(
            Stream.of(Transport.values())
                .flatMap(
                    transport -> Stream.of(probe(healthy, transport), probe(silent, transport)))
                .toList());
    scheduler.follow(plan, pace);
    long began = System.nanoTime();
    scheduler.start();
    AtomicInteger answered = new AtomicInteger();
    try (Exchange others =
        scheduler.withinBudget(
            new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}), true, LONG)) {
      for (int i = 0; i < queries; i++) {
        others.query(
            probe(healthy, Transport.UDP),
            LONG,
            LONG,
            outcome -> {
              assertEquals(new Verdict.Good(), outcome.verdict());
              answered.incrementAndGet();
            });
      }
      while (others.inFlight() > 0) {
        others.await(LONG);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    scheduler.close();
    assertEquals(queries, answered.get());
    assertEquals(queries, reported.alsoSent.size());
    assertTrue(queries <= budget / 4 * (seconds + 0.25), "a quarter, found " + seconds + " s");
    int all = queries + reported.outcomes.size() + reported.overtaken.size();
    assertTrue(all <= budget * (seconds + 0.5), all + " queries in " + seconds + " s");
    assertTrue(all > budget * seconds / 2, "probes use the rest: " + all);
  }

  /** A quarter of a budget of two a second: each query but the first of a row waits two seconds. */
  @Test
  void severalQueriesThatAreReservedAreSentAtOnce() {
    scheduler.follow(
        Plan.EMPTY,
        new Pace(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(1), 512, 2));
    scheduler.start();
    List<Outcome> outcomes = new ArrayList<>();
    Probe query = probe(healthy, Transport.UDP);
    try (Exchange others =
        scheduler.withinBudget(
            new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}),
            true,
            Duration.ofMillis(300))) {
      assertTrue(others.reserve(query, 6));
      for (int i = 0; i < 7; i++) {
        others.query(query, LONG, LONG, outcomes::add);
      }
      while (others.inFlight() > 0) {
        others.await(LONG);
      }
      assertFalse(others.reserve(query, 6), "they are paid back first");
    }
    assertEquals(
        6, outcomes.stream().filter(each -> each.verdict().equals(new Verdict.Good())).count());
    assertEquals(
        1,
        outcomes.stream()
            .filter(each -> each.verdict().equals(new Verdict.Untested(Cause.CAPPED)))
            .count());
    assertEquals(6, reported.alsoSent.size());
  }

  /** Addresses that no server has: the costs to servers leave them out. */
  @Test
  void queriesThatReachNoServerAreNotCountedAsSentToOne() {
    scheduler.start();
    List<Outcome> outcomes = new ArrayList<>();
    try (Exchange others =
        scheduler.withinBudget(
            new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}), false, LONG)) {
      others.query(probe(healthy, Transport.UDP), LONG, LONG, outcomes::add);
      while (others.inFlight() > 0) {
        others.await(LONG);
      }
    }
    assertEquals(1, outcomes.size());
    assertEquals(0, reported.alsoSent.size());
  }

  @Test
  void anInterruptEndsTheWaitForTheBudget() {
    List<Outcome> outcomes = new ArrayList<>();
    try (Exchange others =
        scheduler.withinBudget(
            new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}), true, LONG)) {
      Thread.currentThread().interrupt(); // the scheduler is not started: no turn will come
      others.query(probe(healthy, Transport.UDP), LONG, LONG, outcomes::add);
      assertTrue(Thread.interrupted());
    }
    assertEquals(
        List.of(new Verdict.Untested(Cause.CAPPED)),
        outcomes.stream().map(Outcome::verdict).toList());
  }

  @Test
  void aTrialIsRepeatedAndCountsInNoProbe() throws InterruptedException {
    Server server = Probes.server(healthy.address());
    Trial trial = SampleTrials.trial(TrialQuestion.Kind.LARGE, Probes.vantage(), server);
    scheduler.follow(Plan.EMPTY.trying(List.of(trial)), QUICK);
    scheduler.start();
    for (int i = 0; i < 2; i++) {
      TrialOutcome outcome = reported.trials.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      assertEquals(Optional.of(TrialResult.WHOLE), outcome.result(), outcome::toString);
    }
    assertTrue(reported.outcomes.isEmpty(), "no probe is planned");
    assertTrue(reported.alsoSent.size() >= 6, "each query is charged");
  }

  @Test
  void aNewPlanReplacesTheOldOne() throws InterruptedException {
    scheduler.start();
    scheduler.follow(new Plan(List.of(probe(healthy, Transport.UDP))), QUICK);
    reported.next(outcome -> outcome.probe().question().transport() == Transport.UDP);
    scheduler.follow(new Plan(List.of(probe(healthy, Transport.TCP))), QUICK);
    reported.next(outcome -> outcome.probe().question().transport() == Transport.TCP);
    for (int i = 0; i < 5; i++) {
      Outcome next = reported.next(outcome -> true);
      assertEquals(Transport.TCP, next.probe().question().transport(), "only the new plan");
    }
  }

  @Test
  void eachOutcomeComesWithTheStreakOfItsProbe() throws InterruptedException {
    silent.close(); // its port is unreachable
    scheduler.follow(new Plan(List.of(probe(silent, Transport.UDP))), QUICK);
    scheduler.start();
    for (int failures = 1; failures <= 3; failures++) {
      reported.next(outcome -> true);
      assertEquals(failures, reported.streaks.take().orElseThrow().failures());
    }
  }

  @Test
  void closingEndsQueriesInFlightAsUntested() throws InterruptedException {
    scheduler.follow(new Plan(List.of(probe(silent, Transport.UDP))), QUICK);
    scheduler.start();
    while (scheduler.inFlight() == 0) {
      Thread.onSpinWait();
    }
    scheduler.close();
    Outcome outcome = reported.next(_ -> true);
    assertEquals(new Verdict.Untested(Cause.SHUTDOWN), outcome.verdict(), "of " + outcome);
  }

  @Test
  void probesThatTheLimitExcludesAreUntested() throws InterruptedException {
    Plan plan = new Plan(List.of(probe(silent, Transport.UDP), probe(silent, Transport.TCP)));
    scheduler.follow(plan, pace(1));
    scheduler.start();
    Outcome capped = reported.next(outcome -> outcome.verdict() instanceof Verdict.Untested);
    assertEquals(new Verdict.Untested(Cause.CAPPED), capped.verdict(), "of " + capped);
  }

  /** The first query over each transport is never answered, as if sent before a policy's fix. */
  @Test
  void aQueryInFlightDoesNotHideARecovery() throws IOException, InterruptedException {
    Set<Transport> dropped = ConcurrentHashMap.newKeySet();
    FakeDnsServer.Responder fixed = FakeDnsServer.clusterDns();
    try (FakeDnsServer server =
        FakeDnsServer.start(
            InetAddress.ofLiteral("127.0.0.1"),
            FakeDnsServer.ANY_PORT,
            (query, sink) -> {
              if (!dropped.add(query.transport())) {
                fixed.respond(query, sink);
              }
            })) {
      Plan plan = new Plan(List.of(probe(server, Transport.UDP), probe(server, Transport.TCP)));
      Duration timeout = Duration.ofSeconds(4);
      scheduler.follow(plan, new Pace(Duration.ofMillis(100), timeout, timeout, 512, 1_000));
      scheduler.start();
      while (dropped.size() < 2) {
        Thread.onSpinWait();
      }
      scheduler.hurry(plan.vantages());
      for (int i = 0; i < 4; i++) {
        Outcome outcome = reported.next(_ -> true);
        assertEquals(new Verdict.Good(), outcome.verdict(), () -> "in the present " + outcome);
      }
      for (int i = 0; i < 2; i++) {
        Outcome older = reported.overtaken.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertEquals(new Verdict.Failed(Reason.TIMEOUT), older == null ? null : older.verdict());
      }
      Outcome last = reported.next(_ -> true);
      assertEquals(new Verdict.Good(), last.verdict(), () -> "afterwards " + last);
    }
  }

  @Test
  void aFailureOfAYoungPodIsUntestedAndAGoodAnswerIsGood() throws InterruptedException {
    Vantage young =
        new Vantage("shop", "cart", "cart-1", "node-1", Vantage.ANY, Instant.now().plusSeconds(9));
    Question question = Probes.question(Probes.EXTERNAL, Transport.UDP);
    Pace quick =
        new Pace(Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(50), 512, 1_000);
    scheduler.follow(
        new Plan(
            List.of(
                Probes.probe(young, silent.address(), question),
                Probes.probe(young, healthy.address(), question))),
        quick);
    scheduler.start();
    Outcome failed = reported.next(outcome -> outcome.reply() instanceof Reply.TimedOut);
    assertEquals(new Verdict.Untested(Cause.YOUNG), failed.verdict(), "of " + failed);
    Outcome good = reported.next(outcome -> outcome.reply() instanceof Reply.Answered);
    assertEquals(new Verdict.Good(), good.verdict(), "of " + good);
  }

  /**
   * Outcomes can be compared by their times, because none has the time of a clock that was since
   * set.
   */
  @Test
  void anOutcomeHasTheTimeOfTheClockAtItsArrival() throws InterruptedException {
    SetClock ticker = new SetClock();
    Pace pace =
        new Pace(Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofMillis(500), 1, 9);
    scheduler.close();
    scheduler =
        new Scheduler(
            new DnsExchange(Sockets.ofThisProcess(), ticker, gap -> {}),
            pace,
            ticker,
            reported,
            ended::countDown);
    scheduler.follow(new Plan(List.of(probe(silent, Transport.UDP))), pace);
    scheduler.start();
    while (scheduler.inFlight() == 0) {
      Thread.onSpinWait();
    }
    ticker.set = Duration.ofHours(-1);
    Outcome outcome = reported.next(next -> next.verdict() instanceof Verdict.Failed);
    Duration age = Duration.between(outcome.at(), ticker.now());
    assertTrue(!age.isNegative() && age.toSeconds() < 10, () -> "queried " + age + " ago");
  }

  @Test
  void aRunningSchedulerReportsThatItTurns() throws InterruptedException {
    assertFalse(scheduler.turning(LONG), "before the start");
    scheduler.follow(new Plan(List.of(probe(healthy, Transport.UDP))), QUICK);
    scheduler.start();
    reported.next(outcome -> true);
    assertTrue(scheduler.turning(LONG), "while it runs");
    scheduler.close();
    assertFalse(scheduler.turning(LONG), "after the end");
  }

  @Test
  void theEffectiveIntervalIsReported() throws InterruptedException {
    scheduler.follow(new Plan(List.of(probe(healthy, Transport.UDP))), QUICK);
    scheduler.start();
    Map<String, Duration> intervals = reported.intervals.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    while (intervals != null && intervals.isEmpty()) {
      intervals = reported.intervals.poll(LONG.toSeconds(), TimeUnit.SECONDS);
    }
    assertEquals(Map.of("shop", true), positive(intervals), "of each namespace");
  }

  @Test
  void anErrorEndsTheThreadVisibly() throws InterruptedException {
    Logger quiet = Logger.getLogger(Scheduler.class.getName());
    quiet.setLevel(Level.OFF); // the fault is this test's own
    scheduler.close();
    ended = new CountDownLatch(1);
    scheduler =
        scheduler(
            new Recorder() {
              @Override
              public void outcome(Outcome outcome, Optional<Streak> streak) {
                throw new StackOverflowError("made by this test");
              }
            });
    scheduler.follow(new Plan(List.of(probe(healthy, Transport.UDP))), QUICK);
    scheduler.start();
    assertTrue(ended.await(LONG.toSeconds(), TimeUnit.SECONDS), "the end is reported");
    scheduler.close();
    assertTrue(scheduler.ended());
    assertFalse(scheduler.turning(LONG), "a dead thread does not turn");
    quiet.setLevel(null);
  }

  /** The exchange reports it, at most once a minute. */
  @Test
  void anExceptionOfOneOutcomeDoesNotEndTheOthers() throws InterruptedException {
    Logger quiet = Logger.getLogger(DnsExchange.class.getPackageName());
    quiet.setLevel(Level.OFF); // the fault is this test's own
    scheduler.close();
    CountDownLatch several = new CountDownLatch(3);
    scheduler =
        scheduler(
            new Recorder() {
              @Override
              public void outcome(Outcome outcome, Optional<Streak> streak) {
                several.countDown();
                throw new IllegalStateException("made by this test");
              }
            });
    scheduler.follow(new Plan(List.of(probe(healthy, Transport.UDP))), QUICK);
    scheduler.start();
    assertTrue(several.await(LONG.toSeconds(), TimeUnit.SECONDS), "it is queried again");
    assertFalse(scheduler.ended());
    quiet.setLevel(null);
  }

  private static Map<String, Boolean> positive(Map<String, Duration> intervals) {
    Map<String, Boolean> positive = new HashMap<>();
    intervals.forEach((namespace, interval) -> positive.put(namespace, interval.isPositive()));
    return positive;
  }

  private Scheduler scheduler(Listener listener) {
    DnsExchange exchange = new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, gap -> {});
    return new Scheduler(exchange, QUICK, Ticker.SYSTEM, listener, ended::countDown);
  }

  private static Pace pace(int inFlight) {
    Duration period = Duration.ofMillis(100);
    return new Pace(period, Duration.ofSeconds(20), Duration.ofSeconds(20), inFlight, 1_000);
  }

  private static Probe probe(FakeDnsServer server, Transport transport) {
    return Probes.probe(server.address(), transport);
  }

  /** The clock of this machine, which can be set. */
  private static final class SetClock implements Ticker {
    private volatile Duration set = Duration.ZERO;

    @Override
    public long nanos() {
      return Ticker.SYSTEM.nanos();
    }

    @Override
    public Instant now() {
      return Ticker.SYSTEM.now().plus(set);
    }
  }

  /** Records everything that is reported. */
  private static class Recorder implements Listener {
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final BlockingQueue<LookupOutcome> lookups = new LinkedBlockingQueue<>();
    private final BlockingQueue<QueryPair> pairs = new LinkedBlockingQueue<>();
    private final BlockingQueue<TrialOutcome> trials = new LinkedBlockingQueue<>();
    private final BlockingQueue<Probe> alsoSent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Optional<Streak>> streaks = new LinkedBlockingQueue<>();
    private final BlockingQueue<Outcome> overtaken = new LinkedBlockingQueue<>();
    private final BlockingQueue<Map<String, Duration>> intervals = new LinkedBlockingQueue<>();

    @Override
    public void outcome(Outcome outcome, Optional<Streak> streak) {
      streaks.add(streak);
      outcomes.add(outcome);
    }

    @Override
    public void overtaken(Outcome outcome) {
      overtaken.add(outcome);
    }

    @Override
    public void lookup(LookupOutcome outcome) {
      lookups.add(outcome);
    }

    @Override
    public void pair(QueryPair pair) {
      pairs.add(pair);
    }

    @Override
    public void trial(TrialOutcome outcome) {
      trials.add(outcome);
    }

    @Override
    public void alsoSent(Probe query) {
      alsoSent.add(query);
    }

    @Override
    public void delayed(Duration delay) {
      assertFalse(delay.isNegative(), "a query cannot be sent before its turn");
    }

    @Override
    public void intervals(Map<String, Duration> bySourceNamespace) {
      intervals.add(bySourceNamespace);
    }

    /** The next outcome that matches; skips others. */
    Outcome next(Predicate<Outcome> which) throws InterruptedException {
      while (true) {
        Outcome outcome = outcomes.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        if (outcome == null) {
          throw new AssertionError("no such outcome within " + LONG);
        }
        if (which.test(outcome)) {
          return outcome;
        }
      }
    }
  }
}
