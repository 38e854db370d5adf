package io.github.dnsonde.schedule;

import static io.github.dnsonde.schedule.Simulation.MILLI;
import static io.github.dnsonde.schedule.Simulation.SECOND;
import static io.github.dnsonde.schedule.Simulation.assertWithin;
import static io.github.dnsonde.schedule.Simulation.pace;
import static io.github.dnsonde.schedule.Simulation.probe;
import static io.github.dnsonde.schedule.Simulation.probes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace and the plan change while the schedule runs, as nodes, pods and configurations do. */
class ChangingPaceTest {

  private static final int PERIOD = 10;
  private static final int TEN_MINUTES = 600;
  private static final List<Probe> PROBES = probes(80);

  @ParameterizedTest
  @ValueSource(ints = {20, 10, 5, 3, 1})
  void noProbeWaitsLongerThanTwoPeriodsWhileNodesJoin(int every) {
    Simulation simulation = new Simulation(PROBES, shareOf(6_000, 100));
    changeEvery(simulation, every, TEN_MINUTES, round -> shareOf(6_000, 100 + round));
    assertNoGapBeyond(simulation, 2L * PERIOD * SECOND);
    assertWithin(80 * TEN_MINUTES / PERIOD, simulation.total(), 80, "queries in ten minutes");
  }

  /** The probes take turns: each is queried once while all are queried, at the current budget. */
  @ParameterizedTest
  @ValueSource(ints = {20, 10, 5, 3, 1})
  void aShrinkingBudgetIsSharedFairly(int every) {
    Simulation simulation = new Simulation(PROBES, shareOf(1_000, 100));
    List<Double> rates = new ArrayList<>();
    changeEvery(
        simulation,
        every,
        TEN_MINUTES,
        round -> {
          rates.add(1_000.0 / (100 + round));
          return shareOf(1_000, 100 + round);
        });
    double allowed = rates.stream().mapToDouble(rate -> Math.min(rate, 8) * every).sum();
    assertWithin(Math.round(allowed), simulation.total(), 80, "queries that the budget allowed");
    double round = 80 / rates.getLast();
    assertNoGapBeyond(simulation, Math.round(Math.max(2 * PERIOD, 1.1 * round) * SECOND));
  }

  @Test
  void aFailingProbeKeepsItsPlaceWhileNodesJoin() {
    Set<Probe> failing = Set.copyOf(PROBES.subList(0, 5)); // half a query a second
    Simulation simulation = new Simulation(PROBES, shareOf(1_000, 100));
    simulation.failing = failing::contains;
    changeEvery(simulation, 1, TEN_MINUTES, round -> shareOf(1_000, 100 + round));
    failing.forEach(
        probe ->
            assertTrue(
                simulation.longestGap(probe) <= 2L * PERIOD * SECOND,
                () -> probe + " waited " + simulation.longestGap(probe) / SECOND + " s"));
  }

  @Test
  void aHurriedProbeKeepsItsPlaceWhileNodesJoin() {
    Simulation simulation = new Simulation(PROBES, shareOf(6_000, 100));
    simulation.run(20);
    simulation.asked.clear();
    final long changed = simulation.now;
    simulation.probeQueue.hurry(Set.of(probe(3).vantage()), changed);
    changeEvery(simulation, 1, 15, round -> shareOf(6_000, 100 + round));
    List<Long> times = simulation.times(probe(3));
    assertWithin(changed + SECOND, times.getFirst(), SECOND / 2 + MILLI, "the first time");
    assertWithin(28, times.size(), 2, "queries in the 15 s after");
  }

  @Test
  void changesThatDoNotConcernTheOrderDisturbNoProbe() {
    Simulation calm = new Simulation(PROBES, pace(PERIOD, 512, 50));
    Simulation disturbed = new Simulation(PROBES, pace(PERIOD, 512, 50));
    calm.run(100);
    changeEvery(
        disturbed,
        1,
        100,
        round ->
            new Pace(
                Duration.ofSeconds(PERIOD),
                Duration.ofMillis(7_000 + round),
                Duration.ofMillis(5_000 - round),
                500 + round % 5,
                100 - round % 40));
    assertTrue(calm.asked.equals(disturbed.asked), "each probe was queried at its usual time");
  }

  @Test
  void aPeriodThatChangesRepeatedlyPostponesNoProbe() {
    Simulation simulation = new Simulation(PROBES, pace(PERIOD, 512, 50));
    changeEvery(simulation, 1, TEN_MINUTES, round -> pace(PERIOD + round % 3, 512, 50));
    assertNoGapBeyond(simulation, 2L * PERIOD * SECOND);
    assertTrue(
        simulation.total() <= 2 * 80L * TEN_MINUTES / PERIOD,
        () -> "queried more than twice as often as the period allows: " + simulation.total());
  }

  @Test
  void aLongerPeriodSpreadsTheProbesAnew() {
    Simulation simulation = new Simulation(probes(400), pace(2, 512, 10_000));
    simulation.run(10);
    simulation.probeQueue.follow(new Plan(probes(400)), pace(20, 512, 10_000), simulation.now);
    simulation.run(22); // those that were due, and then one period
    simulation.asked.clear();
    simulation.run(20);
    int[] perSecond = new int[20];
    long start = simulation.now - 20 * SECOND;
    simulation.asked.values().forEach(t -> perSecond[(int) ((t.getFirst() - start) / SECOND)]++);
    for (int count : perSecond) {
      assertWithin(20, count, 15, "of 400 probes in one of 20 seconds");
    }
  }

  @Test
  void aStallDoesNotBunchTheProbes() {
    Simulation simulation = new Simulation(probes(400), pace(10, 512, 10_000));
    simulation.run(30);
    simulation.now +=
        8 * SECOND; // everything that fell due meanwhile is queried at once afterwards
    simulation.run(12);
    simulation.asked.clear();
    simulation.run(10);
    int[] perSecond = new int[10];
    long start = simulation.now - 10 * SECOND;
    simulation.asked.values().forEach(t -> perSecond[(int) ((t.getFirst() - start) / SECOND)]++);
    for (int count : perSecond) {
      assertWithin(40, count, 20, "of 400 probes in one of 10 seconds");
    }
  }

  @Test
  void aDebtIsKeptWhenTheBudgetChanges() {
    RateLimiter rateLimiter = new RateLimiter(1, 0);
    rateLimiter.take(0);
    rateLimiter.take(0);
    rateLimiter.rate(0.5, 0);
    assertEquals(4 * SECOND, rateLimiter.from(), "two queries at one in two seconds");
    rateLimiter.rate(0.25, 2 * SECOND);
    assertEquals(6 * SECOND, rateLimiter.from(), "one of them is paid back, the other takes 4 s");
    rateLimiter.rate(0.5, 7 * SECOND);
    assertEquals(6 * SECOND, rateLimiter.from(), "without a debt nothing changes");
  }

  @Test
  void theSamePlanAgainDisturbsNoProbe() {
    Simulation calm = new Simulation(PROBES, pace(PERIOD, 512, 5));
    Simulation disturbed = new Simulation(PROBES, pace(PERIOD, 512, 5));
    calm.takes = 300 * MILLI;
    disturbed.takes = 300 * MILLI;
    calm.run(100);
    changeEvery(disturbed, 1, 100, _ -> pace(PERIOD, 512, 5));
    assertTrue(calm.asked.equals(disturbed.asked), "each probe was queried at its usual time");
  }

  /** A pod that lives for less than a round is also queried from, in its namespace's turn. */
  @ParameterizedTest
  @ValueSource(ints = {3, 7, 20})
  void aNamespaceWhosePodsAreReplacedIsQueriedFromInItsTurn(int every) {
    Pace pace = pace(PERIOD, 512, 2); // 80 probes: a round takes 40 s
    Simulation simulation = new Simulation(PROBES, pace);
    long longest = 0;
    long before = 0;
    for (int i = 0; i < TEN_MINUTES / every; i++) {
      Probe current = probe("jobs", "job-" + i);
      List<Probe> plan = new ArrayList<>(PROBES);
      plan.set(0, current);
      simulation.probeQueue.follow(new Plan(plan), pace, simulation.now);
      simulation.run(every - 1);
      plan.remove(0); // for a second the namespace has no pod
      simulation.probeQueue.follow(new Plan(plan), pace, simulation.now);
      simulation.run(1);
      for (long time : simulation.times(current)) {
        longest = Math.max(longest, time - before);
        before = time;
      }
    }
    longest = Math.max(longest, simulation.now - before);
    long planned = 40L * every / (every - 1); // it waits only while it has a pod
    assertTrue(longest <= (planned + 2L * every) * SECOND, "waited for " + longest / SECOND + " s");
  }

  @Test
  void aProbeThatIsNotQueriedShowsInTheIntervalOfItsNamespace() {
    Pace pace = pace(PERIOD, 512, 0.1); // 80 probes: a round takes 800 s
    Simulation simulation = new Simulation(PROBES, pace);
    long last = 0;
    for (int i = 0; i < 100; i++) {
      List<Probe> plan = new ArrayList<>(PROBES);
      plan.set(0, probe("jobs", "job-" + i));
      simulation.probeQueue.follow(new Plan(plan), pace, simulation.now);
      simulation.run(3);
      last = simulation.times(probe("jobs", "job-" + i)).stream().reduce(last, Math::max);
    }
    Map<String, Duration> intervals = simulation.probeQueue.intervals(simulation.now);
    assertEquals(Set.of("ns", "jobs"), intervals.keySet());
    long waiting = (simulation.now - last) / SECOND;
    assertWithin(waiting, intervals.getOrDefault("jobs", Duration.ZERO).toSeconds(), 10, "seconds");
    assertWithin(300, intervals.getOrDefault("ns", Duration.ZERO).toSeconds(), 10, "seconds");
  }

  @Test
  void probesThatLeftAreNotRememberedForever() {
    FormerProbes formerProbes = new FormerProbes();
    for (int i = 0; i < 3 * FormerProbes.MOST; i++) {
      formerProbes.add(new ScheduledProbe(probe("ns-" + i / 8, "pod-" + i), 0, SECOND, 0), 0);
    }
    Probe last = probe("ns-" + (3 * FormerProbes.MOST - 1) / 8, "new");
    assertTrue(formerProbes.successor(last, 0).isPresent(), "the last is remembered");
    long remembered = 0;
    for (int i = 0; i < 3 * FormerProbes.MOST; i++) {
      remembered += formerProbes.successor(probe("ns-" + i / 8, "new"), 0).stream().count();
    }
    assertWithin(FormerProbes.MOST, remembered, 10, "seats");
  }

  private static Pace shareOf(double clusterBudget, int nodes) {
    return pace(PERIOD, 512, 100).within(clusterBudget / nodes);
  }

  private static void changeEvery(
      Simulation simulation, int every, int seconds, IntFunction<Pace> paces) {
    for (int round = 1; round <= seconds / every; round++) {
      simulation.probeQueue.follow(new Plan(PROBES), paces.apply(round), simulation.now);
      simulation.run(every);
    }
  }

  private static void assertNoGapBeyond(Simulation simulation, long most) {
    List<String> starved =
        PROBES.stream()
            .filter(probe -> simulation.longestGap(probe) > most)
            .map(
                probe ->
                    probe.vantage().pod()
                        + " "
                        + simulation.longestGap(probe) / SECOND
                        + " s, queried "
                        + simulation.times(probe).size()
                        + " times")
            .toList();
    assertEquals(List.of(), starved, () -> "not queried for more than " + most / SECOND + " s");
  }
}
