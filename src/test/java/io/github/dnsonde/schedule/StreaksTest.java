package io.github.dnsonde.schedule;

import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.outcast;
import static io.github.dnsonde.testkit.SampleOutcomes.plan;
import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.untested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.VantageStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreaksTest {

  private static final Retention RETENTION = new Retention(Duration.ofMinutes(2));
  private static final long SECOND = 1_000_000_000;
  private static final long MINUTE = 60 * SECOND;

  private final Streaks streaks = new Streaks();
  private final Probe shop = probe("shop");

  @Test
  void anUntestedOutcomeLeavesTheCountAsItIs() {
    follow(plan(shop), 0);
    assertEquals(Optional.empty(), streaks.then(untested(shop, Cause.STARVED)));
    assertEquals(1, failures(timeout(shop)));
    assertEquals(1, failures(untested(shop, Cause.YOUNG)));
    assertEquals(2, failures(timeout(shop)));
    assertEquals(0, failures(good(shop, 1)));
    assertEquals(0, failures(untested(shop, Cause.CAPPED)));
  }

  @Test
  void aRowOfGoodAnswersHasALengthToo() {
    follow(plan(shop), 0);
    failures(timeout(shop));
    streaks.then(good(shop, 1));
    assertEquals(2, streaks.then(good(shop, 1)).orElseThrow().length());
  }

  @Test
  void aProbeThatReturnsWithinTheRetentionGoesOn() {
    follow(plan(shop), 0);
    failures(timeout(shop));
    follow(Plan.EMPTY, 10 * SECOND);
    streaks.forget(RETENTION, 129 * SECOND);
    follow(plan(shop), 129 * SECOND);
    assertEquals(2, failures(timeout(shop)));
    streaks.forget(RETENTION, 10 * MINUTE);
    assertEquals(3, failures(timeout(shop)), "it is planned again");
  }

  @Test
  void aProbeThatReturnsLaterBeginsAnew() {
    follow(plan(shop), 0);
    failures(timeout(shop));
    follow(Plan.EMPTY, 10 * SECOND);
    follow(plan(shop), 130 * SECOND);
    assertEquals(1, failures(timeout(shop)));
  }

  @Test
  void inABlindNamespaceItIsKeptAsLongAsItsSeries() {
    follow(plan(shop), 0);
    failures(timeout(shop));
    Plan blind = new Plan(List.of(), List.of(outcast("shop", VantageStatus.NO_NETWORK)));
    assertTrue(blind.blind().containsKey("shop"), "the namespace has a pod and no vantage");
    follow(blind, 0);
    follow(plan(shop), 10 * MINUTE - 1);
    assertEquals(2, failures(timeout(shop)));
  }

  @Test
  void aQueryThatWasInFlightWhenItsProbeVanishedCounts() {
    follow(plan(shop), 0);
    failures(timeout(shop));
    follow(Plan.EMPTY, 0);
    assertEquals(2, failures(timeout(shop)));
    follow(plan(shop), SECOND);
    assertEquals(3, failures(timeout(shop)));
  }

  @Test
  void anUnknownProbeIsNotRemembered() {
    assertEquals(1, failures(timeout(shop)));
    assertEquals(1, failures(timeout(shop)));
    assertEquals(List.of(), streaks.remembered());
  }

  @Test
  void whatVanishesIsBounded() {
    for (int round = 0; round < 4; round++) {
      int first = round * 1_000;
      Plan plan =
          plan(
              IntStream.range(first, first + 1_000)
                  .mapToObj(i -> probe("ns-" + i))
                  .toArray(Probe[]::new));
      follow(plan, round * SECOND);
      plan.probes().forEach(probe -> streaks.then(timeout(probe)));
    }
    follow(Plan.EMPTY, 4 * SECOND);
    assertEquals(Streaks.MOST_VANISHED, streaks.remembered().size());
    assertTrue(streaks.remembered().contains(probe("ns-3999")), "the latest stay");
    streaks.forget(RETENTION, 5 * MINUTE);
    assertEquals(List.of(), streaks.remembered());
  }

  @Test
  void timesMoveWithTheClock() {
    follow(plan(shop), 0);
    Instant began = timeout(shop).at();
    streaks.then(timeout(shop));
    streaks.clockSet(Duration.ofHours(-3));
    Streak streak = streaks.then(timeout(shop)).orElseThrow();
    assertEquals(began.minus(Duration.ofHours(3)), streak.since());
  }

  private void follow(Plan plan, long now) {
    streaks.follow(plan, RETENTION, now);
  }

  private int failures(Outcome outcome) {
    return streaks.then(outcome).orElseThrow().failures();
  }
}
