package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Repeated;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleTrials;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookupTurnsTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long START = 1_000 * SECOND;
  private static final int QUERIES = 8;

  @Test
  void eachLookupHasOneTurnInAPeriod() {
    Map<Repeated, Integer> turns = play(2, 50, 60);
    assertEquals(2, turns.size());
    turns.values().forEach(count -> assertEquals(6, count, 1));
  }

  @Test
  void lookupsUseAQuarterOfTheBudgetAtMost() {
    int turns = play(100, 8, 60).values().stream().mapToInt(Integer::intValue).sum();
    double perSecond = turns * QUERIES / 60.0;
    assertTrue(perSecond <= 2.3, "8 a second leave 2 for lookups, found " + perSecond);
    assertTrue(perSecond >= 1.5, "found " + perSecond);
  }

  @Test
  void aLookupThatLeavesThePlanHasNoTurn() {
    LookupTurns turns = new LookupTurns(pace(50), START);
    turns.follow(plan(3), pace(50), START);
    turns.follow(Plan.EMPTY, pace(50), START);
    assertTrue(turns.next(START + 100 * SECOND).isEmpty());
    assertEquals(Long.MAX_VALUE, turns.untilNext(START));
  }

  @Test
  void onlyAFewAreUnderWay() {
    LookupTurns turns = new LookupTurns(pace(10_000), START);
    turns.follow(plan(50), pace(10_000), START);
    long now = START + 20 * SECOND;
    for (int i = 0; i < LookupTurns.AT_ONCE; i++) {
      assertTrue(turns.next(now).isPresent());
    }
    assertTrue(turns.next(now).isEmpty());
    turns.ended();
    assertTrue(turns.next(now).isPresent());
  }

  /** A trial has a few queries of the same name, some with a large answer. */
  @Test
  void trialsHaveFewerTurns() {
    Plan plan = plan(1);
    Lookup lookup = plan.lookups().getFirst();
    Trial trial =
        SampleTrials.trial(TrialQuestion.Kind.LARGE, lookup.vantage(), lookup.servers().getFirst());
    Map<Repeated, Integer> turns = play(plan.trying(List.of(trial)), 50, 120);
    assertEquals(12, turns.getOrDefault(lookup, 0), 1);
    assertEquals(2, turns.getOrDefault(trial, 0));
  }

  private static Map<Repeated, Integer> play(int lookups, double budget, int seconds) {
    return play(plan(lookups), budget, seconds);
  }

  private static Map<Repeated, Integer> play(Plan plan, double budget, int seconds) {
    LookupTurns turns = new LookupTurns(pace(budget), START);
    turns.follow(plan, pace(budget), START);
    Map<Repeated, Integer> counts = new HashMap<>();
    for (long now = START; now < START + seconds * SECOND; now += SECOND / 100) {
      long present = now;
      turns
          .next(now)
          .ifPresent(
              lookup -> {
                counts.merge(lookup, 1, Integer::sum);
                for (int i = 0; i < QUERIES; i++) {
                  turns.sent(true, present);
                }
                turns.ended();
              });
    }
    return counts;
  }

  private static Pace pace(double budget) {
    return new Pace(
        Duration.ofSeconds(10), Duration.ofSeconds(7), Duration.ofSeconds(5), 512, budget);
  }

  private static Plan plan(int lookups) {
    return Plan.EMPTY.lookingUp(
        IntStream.range(0, lookups)
            .mapToObj(
                i ->
                    new Lookup(
                        new Vantage("team-" + i, "web", "web", "node", Vantage.ANY),
                        "api.github.com",
                        ResolverKind.GLIBC,
                        List.of(new Server("kube-dns", InetAddress.ofLiteral("10.96.0.10"), 53)),
                        ResolverSettings.NONE,
                        List.of()))
            .toList());
  }
}
