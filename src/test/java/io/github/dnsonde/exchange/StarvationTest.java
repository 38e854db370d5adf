package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Misbehaviour.silence;
import static io.github.dnsonde.testkit.Probes.probe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.NotSent;
import io.github.dnsonde.probe.Reply.Phase;
import io.github.dnsonde.probe.Reply.TimedOut;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.probe.Verdict.Untested;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent without processor time must neither blame the server nor miss real failures. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dnsonde.testkit.Way#all")
class StarvationTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** The longest gap that is ignored. */
  private static final Duration NOISE = Duration.ofMillis(250);

  private final Way way;
  private final FakeTicker ticker = new FakeTicker();
  private final Asker asker = new Asker(Sockets.ofThisProcess(), ticker);
  private final List<Outcome> outcomes = new ArrayList<>();
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);

  StarvationTest(Way way) {
    this.way = way.orSkip();
  }

  @AfterEach
  void close() {
    asker.close();
  }

  @Test
  void timeThatPassesInSmallStepsCountsForTheServer() throws Exception {
    try (FakeDnsServer server = started(silence())) {
      ask(server);
      pass(Duration.ofMillis(999));
      assertEquals(List.of(), outcomes, "before the deadline");

      pass(Duration.ofMillis(1));

      Outcome outcome = outcomes.getFirst();
      assertEquals(new TimedOut(Phase.RESPONSE), outcome.reply());
      assertEquals(Optional.of(TIMEOUT), outcome.duration());
      assertEquals(List.of(), asker.standstills(), "standstills");
    }
  }

  @Test
  void anIgnoredGapStillLeavesALatency() throws Exception {
    try (FakeDnsServer server = started(rightAnswer())) {
      ask(server);

      ticker.advance(NOISE);
      asker.awaitUntilIdle();

      assertEquals(Optional.of(NOISE), outcomes.getFirst().duration());
      assertEquals(List.of(), asker.standstills(), "standstills");
    }
  }

  @Test
  void answerAfterANoticeableGapIsGoodButHasNoLatency() throws Exception {
    Duration gap = NOISE.plusNanos(1);
    try (FakeDnsServer server = started(rightAnswer())) {
      ask(server);

      ticker.advance(gap);
      asker.awaitUntilIdle();

      assertEquals(new Good(), outcomes.getFirst().verdict());
      assertEquals(Optional.empty(), outcomes.getFirst().duration());
      assertEquals(List.of(gap), asker.standstills(), "standstills");
    }
  }

  @Test
  void deadlineMovesByTheGap() throws Exception {
    Duration gap = Duration.ofMillis(1_500);
    try (FakeDnsServer server = started(silence())) {
      ask(server);
      pass(Duration.ofMillis(500));
      standStill(gap);
      pass(Duration.ofMillis(499));
      assertEquals(List.of(), outcomes, "before the deadline that moved");

      pass(Duration.ofMillis(1));

      assertEquals(new TimedOut(Phase.RESPONSE), outcomes.getFirst().reply());
      assertEquals(new Failed(Reason.TIMEOUT), outcomes.getFirst().verdict());
      assertEquals(Optional.empty(), outcomes.getFirst().duration());
    }
  }

  @ParameterizedTest(name = "after a gap of {0} ms")
  @ValueSource(ints = {200, 1_500, 60_000})
  void anAnswerInTheSocketIsReadBeforeATimeoutIsReported(int gap) throws Exception {
    try (FakeDnsServer server = started(rightAnswer())) {
      ask(server, Duration.ofMillis(100), TIMEOUT);

      standStill(Duration.ofMillis(gap));

      assertInstanceOf(Answered.class, outcomes.getFirst().reply());
      assertEquals(new Good(), outcomes.getFirst().verdict());
    }
  }

  @Test
  void noAnswerAfterALongGapIsUntested() throws Exception {
    try (FakeDnsServer server = started(silence())) {
      ask(server);
      standStill(Duration.ofMillis(2_001));
      pass(TIMEOUT);

      assertEquals(new Untested(Cause.STARVED), outcomes.getFirst().verdict());
      assertEquals(Optional.empty(), outcomes.getFirst().duration());
    }
  }

  @Test
  void oneLongGapAmongShortOnesIsUntested() throws Exception {
    try (FakeDnsServer server = started(silence())) {
      ask(server);
      standStill(Duration.ofMillis(300));
      standStill(Duration.ofMillis(2_001));
      standStill(Duration.ofMillis(300));
      pass(TIMEOUT);

      assertEquals(
          new NotSent(Cause.STARVED, "the agent stalled for 2001 ms meanwhile"),
          outcomes.getFirst().reply());
    }
  }

  @Test
  void noAnswerAfterAGapOfTwoSecondsIsStillATimeout() throws Exception {
    try (FakeDnsServer server = started(silence())) {
      ask(server);
      standStill(Duration.ofSeconds(2));
      pass(TIMEOUT);

      assertEquals(new Failed(Reason.TIMEOUT), outcomes.getFirst().verdict());
    }
  }

  /**
   * An agent that is continuously throttled like this, and adds the gaps up, would never see a
   * drop.
   */
  @ParameterizedTest(name = "{0} ms of each second")
  @ValueSource(ints = {300, 700, 2_000})
  void manyGapsAreATimeoutOnceTheDeadlineHasMovedByAllOfThem(int gap) throws Exception {
    Duration patience = Duration.ofMillis(7_500);
    try (FakeDnsServer server = started(silence())) {
      ask(server, patience, patience);
      int seconds = 0;
      for (Duration awake = Duration.ZERO;
          awake.compareTo(patience) < 0;
          awake = awake.plusMillis(750)) {
        assertEquals(List.of(), outcomes, "before the deadline that moved");
        standStill(Duration.ofMillis(gap));
        pass(Duration.ofMillis(750));
        seconds++;
      }

      assertEquals(10, seconds, "standstills");
      assertEquals(new TimedOut(Phase.RESPONSE), outcomes.getFirst().reply());
      assertEquals(new Failed(Reason.TIMEOUT), outcomes.getFirst().verdict());
      assertEquals(Optional.empty(), outcomes.getFirst().duration());
    }
  }

  @Test
  void aStallInsideTheWaitAlsoCounts() throws Exception {
    Duration late = Duration.ofSeconds(3);
    try (FakeDnsServer server = started(silence())) {
      ask(server);

      Thread.ofPlatform()
          .start(
              () -> {
                ticker.advance(TIMEOUT.plus(late));
                asker.exchange().wakeUp();
              });
      asker.exchange().await(PATIENT);
      pass(late.plus(TIMEOUT));

      assertEquals(new Untested(Cause.STARVED), outcomes.getFirst().verdict());
    }
  }

  @Test
  void aQueryAfterTheGapIsNotAffected() throws Exception {
    try (FakeDnsServer server = started(rightAnswer())) {
      mayAnswer.countDown();
      asker.exchange().await(Duration.ZERO);
      ticker.advance(Duration.ofSeconds(5));

      Outcome outcome = asker.ask(probe(server.address(), way.transport()), TIMEOUT);

      assertEquals(Optional.of(Duration.ZERO), outcome.duration());
      assertEquals(new Good(), outcome.verdict());
    }
  }

  @Test
  void anAnswerThatCouldNotBeTimedIsNotLate() throws Exception {
    try (FakeDnsServer server = started(rightAnswer())) {
      ask(server, TIMEOUT, Duration.ofMillis(1));

      ticker.advance(Duration.ofMillis(600));
      asker.awaitUntilIdle();

      assertEquals(new Good(), outcomes.getFirst().verdict());
    }
  }

  /** Starts a server that answers nothing until instructed to. */
  private FakeDnsServer started(Responder responder) throws IOException {
    return way.start(
        (query, sink) -> {
          arrived.countDown();
          try {
            mayAnswer.await();
          } catch (InterruptedException _) {
            return;
          }
          responder.respond(query, sink);
          answered.countDown();
        });
  }

  private void ask(FakeDnsServer server) throws InterruptedException {
    ask(server, TIMEOUT, TIMEOUT);
  }

  /** Sends a query, and stops while any answer is still unread in the socket. */
  private void ask(FakeDnsServer server, Duration timeout, Duration late)
      throws InterruptedException {
    asker.exchange().query(probe(server.address(), way.transport()), timeout, late, outcomes::add);
    do { // over TCP the query is sent in an await
      asker.exchange().await(Duration.ofMillis(1));
    } while (arrived.getCount() > 0);
    mayAnswer.countDown();
    answered.await();
  }

  private void standStill(Duration gap) {
    ticker.advance(gap);
    asker.exchange().await(Duration.ZERO);
  }

  /** Lets time pass without a gap in the exchange's loop. */
  private void pass(Duration duration) {
    for (Duration left = duration; left.isPositive(); left = left.minus(step(left))) {
      ticker.advance(step(left));
      asker.exchange().await(Duration.ZERO);
    }
  }

  private static Duration step(Duration left) {
    return left.compareTo(NOISE) < 0 ? left : NOISE;
  }
}
