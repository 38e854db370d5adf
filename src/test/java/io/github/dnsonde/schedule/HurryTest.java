package io.github.dnsonde.schedule;

import static io.github.dnsonde.schedule.Simulation.MILLI;
import static io.github.dnsonde.schedule.Simulation.SECOND;
import static io.github.dnsonde.schedule.Simulation.assertWithin;
import static io.github.dnsonde.schedule.Simulation.pace;
import static io.github.dnsonde.schedule.Simulation.probe;
import static io.github.dnsonde.schedule.Simulation.probes;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.schedule.Simulation.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A change that concerns a vantage: the turns of its probes soon after, and long after. */
class HurryTest {

  private static final long PERIOD = Pace.DEFAULT.period().toNanos();
  private static final long TIMEOUT = Pace.DEFAULT.timeout().toNanos();

  /** The time of the change: each probe has been queried at its phase for a few periods. */
  private static final int CHANGE = 45;

  /** The time for which a vantage is queried more often, in seconds. */
  private static final int HURRY = 15;

  /** The policy engine loads the fix before or after the agent learns of it. */
  @ParameterizedTest
  @ValueSource(longs = {-300, 0, 300, 1_000, 1_700, 3_000, 7_000, 12_000})
  void aRecoveryIsNoticedWithinTwoSeconds(long after) {
    Simulation simulation = new Simulation(probes(8), Pace.DEFAULT);
    simulation.takes = TIMEOUT;
    simulation.failing = _ -> true;
    simulation.run(CHANGE);
    long open = simulation.now + after * MILLI;
    simulation.open = now -> now >= open;
    hurry(simulation, probes(8));
    simulation.runFor(open + 2 * SECOND - simulation.now);
    for (Probe probe : probes(8)) {
      List<Seen> outcomes = simulation.seen.getOrDefault(probe, List.of());
      assertFalse(state(outcomes).failed(), () -> "the latest of " + outcomes);
    }
    simulation.run(30);
    for (Probe probe : probes(8)) {
      List<Seen> late =
          simulation.seen.getOrDefault(probe, List.of()).stream()
              .filter(outcome -> outcome.ended() > open + 2 * SECOND)
              .toList();
      assertTrue(
          late.stream().allMatch(outcome -> outcome.overtaken() == outcome.failed()),
          () -> "queries sent before the fix were overtaken, the rest was not: " + late);
    }
  }

  @Test
  void aSilentServerIsQueriedEveryOneAndAHalfSecondsAndEachQueryCounts() {
    Simulation simulation = new Simulation(probes(1), pace(60, 512, 50));
    simulation.takes = TIMEOUT;
    simulation.failing = _ -> true;
    hurry(simulation, probes(1));
    simulation.run(30);
    List<Long> times =
        simulation.times(probe(0)).stream().filter(time -> time < HURRY * SECOND).toList();
    assertEquals(10, times.size(), () -> "queries in 15 s: " + times);
    for (int i = 1; i < times.size(); i++) {
      assertWithin(1_500 * MILLI, times.get(i) - times.get(i - 1), 2 * MILLI, "apart");
    }
    assertEquals(5, simulation.mostOf(probe(0)), "at once");
    List<Seen> outcomes = simulation.seen.getOrDefault(probe(0), List.of());
    assertTrue(outcomes.size() >= 10, () -> "outcomes: " + outcomes);
    assertTrue(outcomes.stream().noneMatch(Seen::overtaken), () -> "in their order: " + outcomes);
  }

  /** Frequent policy changes neither hide timeouts nor cause a storm of queries. */
  @ParameterizedTest
  @ValueSource(longs = {50, 400, 1_000, 5_000})
  void repeatedChangesHideNoTimeout(long every) {
    Simulation simulation = new Simulation(probes(8), Pace.DEFAULT);
    simulation.takes = TIMEOUT;
    simulation.failing = _ -> true;
    while (simulation.now < 60 * SECOND) {
      hurry(simulation, probes(8));
      simulation.runFor(every * MILLI);
    }
    for (Probe probe : probes(8)) {
      List<Seen> outcomes = simulation.seen.getOrDefault(probe, List.of());
      assertTrue(outcomes.stream().noneMatch(Seen::overtaken), () -> "no query succeeded");
      assertWithin(35, outcomes.size(), 2, "failures in a minute");
      assertTrue(simulation.mostOf(probe) <= 5, () -> simulation.mostOf(probe) + " at once");
    }
  }

  /** One packet is lost, and the next query is answered at once: the loss still counts. */
  @Test
  void aLostPacketIsCountedAndDoesNotMakeTheProbeFail() {
    Simulation simulation = new Simulation(probes(1), pace(60, 512, 50));
    simulation.takes = TIMEOUT;
    simulation.failing = _ -> true;
    simulation.open = _ -> simulation.total() != 1; // the first is counted before it is sent
    hurry(simulation, probes(1));
    simulation.run(20);
    List<Seen> outcomes = simulation.seen.getOrDefault(probe(0), List.of());
    List<Seen> failed = outcomes.stream().filter(Seen::failed).toList();
    assertEquals(1, failed.size(), () -> "the lost one of " + outcomes);
    assertTrue(failed.getFirst().overtaken(), "the probe is known to work by then");
    assertEquals(outcomes.size(), simulation.total(), "one query, one outcome");
  }

  /** Several queries of one probe do not keep others from their turns. */
  @Test
  void otherProbesHaveHalfOfThePlacesInFlight() {
    Simulation simulation = new Simulation(probes(80), pace(10, 64, 50));
    Set<Probe> silent = Set.copyOf(probes(20));
    simulation.takes = TIMEOUT;
    simulation.silent = silent::contains;
    simulation.failing = silent::contains;
    simulation.run(CHANGE);
    simulation.asked.clear();
    simulation.capped.clear();
    hurry(simulation, List.copyOf(silent));
    simulation.run(HURRY);
    assertWithin(32, simulation.mostInFlight, 4, "at once, with a few that are answered");
    assertTrue(simulation.count(silent::contains) > 40, "the silent ones more often than before");
    assertEquals(60, simulation.asked.size() - silent.size(), "the others were queried as before");
    assertEquals(List.of(), simulation.capped);
  }

  @ParameterizedTest
  @CsvSource({"40, false", "40, true", "440, false", "440, true"})
  void eachProbeReturnsToItsPhaseWithinTwoPeriods(int count, boolean silent) {
    Simulation calm = simulation(count, silent);
    Simulation hurried = simulation(count, silent);
    calm.run(CHANGE);
    hurried.run(CHANGE);
    hurry(hurried, probes(count));
    calm.run(HURRY + 20);
    hurried.run(HURRY);
    Map<Probe, Long> last = new HashMap<>();
    hurried.asked.forEach((probe, times) -> last.put(probe, times.getLast()));
    hurried.run(20);
    hurried.asked.forEach(
        (probe, times) -> {
          long next =
              times.stream().filter(time -> time > last.getOrDefault(probe, 0L)).findFirst().get();
          assertTrue(
              next - last.getOrDefault(probe, 0L) <= 2 * PERIOD,
              () -> "not queried for " + (next - last.getOrDefault(probe, 0L)) / SECOND + " s");
        });
    calm.asked.clear();
    hurried.asked.clear();
    calm.run(20);
    hurried.run(20);
    assertEquals(calm.asked.keySet(), hurried.asked.keySet(), "queried within two periods");
    calm.asked.forEach(
        (probe, times) -> {
          List<Long> found = hurried.times(probe);
          assertEquals(times.size(), found.size(), () -> times + " and " + found);
          for (int i = 0; i < times.size(); i++) {
            assertWithin(times.get(i) / MILLI, found.get(i) / MILLI, 300, "ms, the phase");
          }
        });
    for (int second = 0; second < 20; second++) {
      long from = calm.now - (20 - second) * SECOND;
      assertWithin(within(calm, from), within(hurried, from), 5 + count / 40, "queries a second");
    }
  }

  /** The known state of the probe: the outcome of the query that was sent last. */
  private static Seen state(List<Seen> outcomes) {
    return outcomes.stream().filter(outcome -> !outcome.overtaken()).toList().getLast();
  }

  private static long within(Simulation simulation, long from) {
    return simulation.asked.values().stream()
        .flatMap(List::stream)
        .filter(time -> time >= from && time < from + SECOND)
        .count();
  }

  /** A change that is not reported comes at any time after one that was. */
  @ParameterizedTest
  @CsvSource({"40, false", "40, true"})
  void noProbeWaitsMuchLongerThanAPeriodAfterAHurry(int count, boolean silent) {
    Simulation simulation = simulation(count, silent);
    simulation.run(CHANGE);
    hurry(simulation, probes(count));
    simulation.run(60);
    simulation.asked.forEach(
        (probe, times) -> {
          for (int i = 1; i < times.size(); i++) {
            long gap = times.get(i) - times.get(i - 1);
            assertTrue(gap <= PERIOD * 11 / 10 + 50 * MILLI, () -> probe + ": " + gap / MILLI);
          }
        });
  }

  private static Simulation simulation(int count, boolean silent) {
    Simulation simulation = new Simulation(probes(count), Pace.DEFAULT);
    simulation.takes = silent ? TIMEOUT : MILLI;
    simulation.failing = _ -> silent;
    return simulation;
  }

  private static void hurry(Simulation simulation, List<Probe> probes) {
    Set<Vantage> vantages = probes.stream().map(Probe::vantage).collect(toSet());
    simulation.probeQueue.hurry(vantages, simulation.now);
  }
}
