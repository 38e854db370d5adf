package io.github.dnsonde.schedule;

import static io.github.dnsonde.schedule.Simulation.MILLI;
import static io.github.dnsonde.schedule.Simulation.SECOND;
import static io.github.dnsonde.schedule.Simulation.assertWithin;
import static io.github.dnsonde.schedule.Simulation.pace;
import static io.github.dnsonde.schedule.Simulation.probe;
import static io.github.dnsonde.schedule.Simulation.probes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Vantage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProbeQueueTest {

  @Test
  void everyProbeIsQueriedOncePerPeriod() {
    Simulation simulation = new Simulation(probes(100), pace(10, 512, 50));
    simulation.run(60);
    simulation.asked.forEach(
        (probe, times) -> {
          assertEquals(6, times.size(), () -> probe + " in six periods");
          for (int i = 1; i < times.size(); i++) {
            assertWithin(10, (times.get(i) - times.get(i - 1)) / SECOND, 1, "seconds apart");
          }
        });
    assertEquals(100, simulation.asked.size(), "probes queried");
  }

  @Test
  void phasesAreSpreadOverThePeriod() {
    Simulation simulation = new Simulation(probes(400), pace(10, 512, 10_000));
    simulation.run(10);
    int[] perSecond = new int[10];
    simulation.asked.values().forEach(times -> perSecond[(int) (times.getFirst() / SECOND)]++);
    for (int count : perSecond) {
      assertTrue(
          count >= 20 && count <= 60,
          () -> "40 are due each second, queried " + List.of(perSecond[0], perSecond[1]) + "…");
    }
  }

  @Test
  void aProbeKeepsItsPhase() {
    Simulation simulation = new Simulation(probes(1), pace(10, 512, 50));
    simulation.run(1_000);
    List<Long> times = simulation.times(probe(0));
    assertWithin(
        times.getFirst() + (times.size() - 1) * 10L * SECOND,
        times.getLast(),
        2 * MILLI,
        "no drift in 100 periods");
  }

  @Test
  void aTightBudgetIsKeptAndSharedFairly() {
    Simulation simulation = new Simulation(probes(1_000), pace(10, 512, 20));
    simulation.run(300);
    assertWithin(20 * 300, simulation.total(), 20, "queries in 300 s at 20 a second");
    simulation.asked.forEach(
        (probe, times) ->
            assertTrue(
                times.size() >= 5 && times.size() <= 7,
                () -> "a turn every 50 s, queried " + times.size()));
    assertWithin(
        50,
        simulation.probeQueue.intervals(simulation.now).values().iterator().next().toSeconds(),
        5,
        "the period that results");
  }

  @Test
  void failingProbesGoFirstForAtMostHalfTheBudget() {
    Set<Probe> failing = Set.copyOf(probes(1_000).subList(0, 250));
    Simulation simulation = new Simulation(probes(1_000), pace(10, 512, 20));
    simulation.failing = failing::contains;
    simulation.run(200); // each has been queried, and so may have failed, by now
    simulation.asked.clear();
    simulation.run(300);
    long failingAsked = simulation.count(failing::contains);
    assertWithin(20 * 300, simulation.total(), 20, "queries in 300 s");
    assertWithin(10 * 300, failingAsked, 100, "half of them of the failing quarter");
  }

  @Test
  void aFewFailingProbesKeepTheirPeriodUnderATightBudget() {
    Set<Probe> failing = Set.copyOf(probes(1_000).subList(0, 10));
    Simulation simulation = new Simulation(probes(1_000), pace(10, 512, 20));
    simulation.failing = failing::contains;
    simulation.run(200);
    simulation.asked.clear();
    simulation.run(100);
    failing.forEach(
        probe ->
            assertTrue(
                simulation.times(probe).size() >= 9,
                () -> "queried each 10 s, found " + simulation.times(probe).size()));
  }

  @Test
  void aProbeInFlightIsNotQueriedAgain() {
    Simulation simulation = new Simulation(probes(1), pace(1, 512, 50));
    simulation.takes = 7_500 * MILLI;
    simulation.run(30);
    List<Long> times = simulation.times(probe(0));
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i) - times.get(i - 1) >= 7_500 * MILLI, "two of one probe at once");
    }
    assertTrue(times.size() >= 3, "queried again after each answer");
  }

  @Test
  void theLimitOnQueriesInFlightHoldsAndItsCostIsReported() {
    Simulation simulation = new Simulation(probes(40), pace(10, 8, 1_000));
    simulation.takes = 7_500 * MILLI;
    simulation.run(60);
    assertEquals(8, simulation.mostInFlight, "at once");
    assertTrue(simulation.capped.size() > 10, "40 probes of 7.5 s each do not fit into 8 places");
    assertEquals(
        40,
        union(simulation.asked.keySet(), Set.copyOf(simulation.capped)).size(),
        "queried or reported");
  }

  @Test
  void aNewPlanKeepsThePlacesOfProbesThatStay() {
    Simulation simulation = new Simulation(probes(10), pace(10, 512, 50));
    simulation.run(25);
    Map<Probe, Long> before = new HashMap<>();
    simulation.asked.forEach((probe, times) -> before.put(probe, times.getLast()));
    simulation.probeQueue.follow(
        new Plan(probes(11).subList(1, 11)), pace(10, 512, 50), simulation.now);
    simulation.asked.clear();
    simulation.run(10);
    assertEquals(
        Set.copyOf(probes(11).subList(1, 11)),
        simulation.asked.keySet(),
        "queried under the new plan");
    probes(10)
        .subList(1, 10)
        .forEach(
            probe ->
                assertWithin(
                    before.getOrDefault(probe, 0L) + 10 * SECOND,
                    simulation.times(probe).getFirst(),
                    5 * MILLI,
                    "kept its place"));
  }

  @Test
  void aProbeThatLeavesAndReturnsWhileInFlightIsNotQueriedTwiceAtOnce() {
    ProbeQueue probeQueue = new ProbeQueue(pace(1, 512, 50), 0);
    probeQueue.follow(new Plan(probes(1)), pace(1, 512, 50), 0);
    DueProbe first = probeQueue.next(SECOND).orElseThrow();
    probeQueue.follow(Plan.EMPTY, pace(1, 512, 50), SECOND);
    probeQueue.follow(new Plan(probes(1)), pace(1, 512, 50), SECOND);
    assertEquals(Optional.empty(), probeQueue.next(5 * SECOND), "while the first is in flight");
    probeQueue.done(first, true, 6 * SECOND);
    assertTrue(probeQueue.next(6 * SECOND).isPresent(), "queried after it");
  }

  @Test
  void aChangedPeriodTakesEffectWithinOne() {
    Simulation simulation = new Simulation(probes(20), pace(600, 512, 50));
    simulation.run(5);
    simulation.probeQueue.follow(new Plan(probes(20)), pace(2, 512, 50), simulation.now);
    simulation.asked.clear();
    simulation.run(3);
    assertEquals(20, simulation.asked.size(), "probes queried within a new period");
  }

  @Test
  void aTurnHasTheTimeSinceWhichItWaits() {
    ProbeQueue probeQueue = new ProbeQueue(pace(10, 512, 50), 0);
    probeQueue.follow(new Plan(probes(1)), pace(10, 512, 50), 0);
    long due = probeQueue.untilNext(0);
    DueProbe dueProbe = probeQueue.next(due + 300 * MILLI).orElseThrow();
    assertEquals(due, dueProbe.since(), "it was due then, and noticed 300 ms later");
  }

  @Test
  void aHurriedVantageIsQueriedSoonAndOftenForAWhile() {
    Simulation simulation = new Simulation(probes(20), pace(60, 512, 50));
    simulation.run(60);
    simulation.asked.clear();
    final long changed = simulation.now;
    simulation.probeQueue.hurry(Set.of(probe(3).vantage()), changed);
    simulation.run(15);
    List<Long> times = simulation.times(probe(3));
    assertWithin(changed + SECOND, times.getFirst(), SECOND / 2 + MILLI, "the first time");
    assertWithin(28, times.size(), 2, "queries in the 15 s after");
    simulation.asked.clear();
    simulation.run(59);
    assertWithin(1, simulation.times(probe(3)).size(), 1, "queries in the minute after that");
  }

  @Test
  void hurryStaysWithinTheBudgetAndLeavesHalfOfItToTheOthers() {
    Simulation simulation = new Simulation(probes(200), pace(10, 512, 10));
    simulation.run(40);
    simulation.asked.clear();
    Set<Vantage> many = new HashSet<>();
    probes(100).forEach(probe -> many.add(probe.vantage()));
    simulation.probeQueue.hurry(many, simulation.now);
    simulation.run(10);
    assertWithin(100, simulation.total(), 2, "queries in 10 s at 10 a second");
    long others =
        simulation.asked.entrySet().stream()
            .filter(entry -> !many.contains(entry.getKey().vantage()))
            .mapToLong(entry -> entry.getValue().size())
            .sum();
    assertTrue(others >= 25, () -> "the others were queried " + others + " times");
  }

  @Test
  void aHurriedVantageThatIsNotPlannedIsIgnored() {
    Simulation simulation = new Simulation(probes(1), pace(60, 512, 50));
    simulation.probeQueue.hurry(Set.of(probe(7).vantage()), simulation.now);
    simulation.run(3);
    assertEquals(Set.of(), union(simulation.asked.keySet(), Set.of()));
  }

  private static Set<Probe> union(Set<Probe> a, Set<Probe> b) {
    Set<Probe> all = new HashSet<>(a);
    all.addAll(b);
    return all;
  }
}
