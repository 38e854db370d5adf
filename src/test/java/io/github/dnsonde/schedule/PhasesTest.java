package io.github.dnsonde.schedule;

import static io.github.dnsonde.schedule.Simulation.MILLI;
import static io.github.dnsonde.schedule.Simulation.SECOND;
import static io.github.dnsonde.schedule.Simulation.assertWithin;
import static io.github.dnsonde.schedule.Simulation.pace;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The times at which the probes of vantages fall due, as the default configuration has them. */
class PhasesTest {

  private static final int PERIOD = 10;
  private static final List<String> NAMES =
      List.of("kubernetes.default.svc.cluster.local.", "example.com.");

  @Test
  void theProbesOfAVantageWithOneQuestionFallDueTogether() {
    List<Probe> probes = probes(50, 2);
    Simulation simulation = new Simulation(probes, pace(PERIOD, 512, 50));
    simulation.run(10 * PERIOD);
    bursts(probes)
        .forEach(
            burst -> {
              assertEquals(4, burst.size(), () -> "two servers, two transports: " + burst);
              for (int turn = 0; turn < 9; turn++) {
                long first = simulation.times(burst.getFirst()).get(turn);
                for (Probe probe : burst) {
                  assertWithin(first, simulation.times(probe).get(turn), 200 * MILLI, "its turn");
                }
              }
            });
    long wakeUps = simulation.asked.values().stream().flatMap(List::stream).distinct().count();
    long queries = simulation.total();
    assertTrue(queries >= 3.5 * wakeUps, () -> wakeUps + " wake-ups, " + queries + " queries");
  }

  /** A path that is cut off is noticed by the first of its two questions. */
  @Test
  void theQuestionsOnAPathAreHalfAPeriodApart() {
    Phases phases = new Phases(new Plan(probes(50, 2)));
    bursts(probes(50, 2)).stream()
        .collect(groupingBy(burst -> burst.getFirst().vantage()))
        .forEach(
            (vantage, bursts) -> {
              assertEquals(2, bursts.size(), () -> vantage + " asks two questions");
              double apart =
                  Math.abs(
                      phases.of(bursts.get(0).getFirst()) - phases.of(bursts.get(1).getFirst()));
              assertEquals(0.5, apart, 1e-9, () -> "of a period, at " + vantage);
            });
  }

  @Test
  void manyServersAreQueriedInSeveralBursts() {
    List<Probe> probes = probes(1, 50);
    Phases phases = new Phases(new Plan(probes));
    Map<Double, Long> sizes = probes.stream().collect(groupingBy(phases::of, counting()));
    assertTrue(
        sizes.values().stream().allMatch(size -> size <= Phases.BURST), () -> "bursts: " + sizes);
    assertEquals(26, sizes.size(), "100 probes of each question, 8 at a time");
    List<Double> shares = sizes.keySet().stream().sorted().toList();
    for (int i = 1; i < shares.size(); i++) {
      assertEquals(1.0 / 26, shares.get(i) - shares.get(i - 1), 1e-9, "of a period apart");
    }
  }

  /**
   * The classes of a namespace have the same nodes, and each node may only send so much at once.
   */
  @Test
  void turnsOfDifferentClassesHaveDifferentPlacesAndThoseOfOneClassTheSame() {
    assertEquals(turn("node-a", "web-1", "deny"), turn("node-b", "web-2", "deny"), 0);
    assertNotEquals(turn("node-a", "web-1", "deny"), turn("node-a", "api-1", "allow"), 0.01);
  }

  private static double turn(String node, String pod, String policyClass) {
    Probe sample = probes(1, 1).getFirst();
    Vantage vantage = new Vantage("payments", "web", pod, node, Vantage.ANY);
    Probe probe = new Probe(vantage, sample.server(), sample.question(), true);
    Candidate candidate =
        new Candidate("payments", "web", pod, Optional.empty(), policyClass, VantageStatus.CHOSEN);
    Plan plan =
        new Plan(List.of(probe), List.of(candidate))
            .divided(List.of(probe), Map.of(vantage, new Role.Core(0, 3)), Set.of());
    return new Phases(plan).of(probe);
  }

  @Test
  void vantagesAreSpreadEvenlyOverThePeriod() {
    int vantages = 1_000;
    List<Probe> probes = probes(vantages, 2);
    Phases phases = new Phases(new Plan(probes));
    int[] perSecond = new int[PERIOD];
    bursts(probes)
        .forEach(burst -> perSecond[(int) (phases.of(burst.getFirst()) * PERIOD)] += burst.size());
    IntStream.of(perSecond)
        .forEach(count -> assertWithin(8L * vantages / PERIOD, count, 150, "queries in a second"));
  }

  /** A server gets no more from one pod at once than one question over both transports. */
  @Test
  void aServerGetsFewQueriesAtOnceFromAPod() {
    List<Probe> probes = probes(20, 2);
    Simulation simulation = new Simulation(probes, pace(PERIOD, 512, 50));
    simulation.run(5 * PERIOD);
    probes.stream()
        .collect(groupingBy(probe -> List.of(probe.vantage(), probe.server())))
        .forEach(
            (from, alike) -> {
              Map<Long, Long> atOnce =
                  alike.stream()
                      .flatMap(probe -> simulation.times(probe).stream())
                      .collect(groupingBy(time -> time / (100 * MILLI), counting()));
              atOnce
                  .values()
                  .forEach(count -> assertTrue(count <= 2, () -> count + " at once: " + from));
            });
  }

  @Test
  void aBurstStaysWithinTheBudget() {
    Simulation simulation = new Simulation(probes(50, 2), pace(PERIOD, 512, 20));
    simulation.run(60);
    NavigableMap<Long, Long> times = new TreeMap<>();
    simulation.asked.values().forEach(of -> of.forEach(time -> times.merge(time, 1L, Long::sum)));
    for (long from = 0; from < 59 * SECOND; from += 100 * MILLI) {
      long count =
          times.subMap(from, true, from + SECOND, false).values().stream()
              .mapToLong(Long::longValue)
              .sum();
      assertTrue(count <= 24, () -> count + " queries in a second at 20 a second");
    }
    assertWithin(20 * 60, simulation.total(), 20, "queries in a minute");
  }

  /** A server that is discovered later joins the bursts that there are. */
  @Test
  void aNewServerIsQueriedTogetherWithTheOthers() {
    Pace pace = pace(PERIOD, 512, 50);
    Simulation simulation = new Simulation(probes(5, 1), pace);
    simulation.run(33);
    List<Probe> both = probes(5, 2);
    simulation.probeQueue.follow(new Plan(both), pace, simulation.now);
    simulation.run(2 * PERIOD);
    simulation.asked.clear();
    simulation.run(PERIOD);
    bursts(both)
        .forEach(
            burst ->
                burst.forEach(
                    probe ->
                        assertWithin(
                            simulation.times(burst.getFirst()).getFirst(),
                            simulation.times(probe).getFirst(),
                            200 * MILLI,
                            "its turn")));
  }

  @Test
  void changedPhasesPostponeNoProbe() {
    Pace pace = pace(PERIOD, 512, 500);
    Simulation simulation = new Simulation(probes(20, 2), pace);
    for (int round = 0; round < 60; round++) {
      List<Probe> plan = probes(20, round % 2 == 0 ? 2 : 9); // with more servers, more bursts
      simulation.probeQueue.follow(new Plan(plan), pace, simulation.now);
      simulation.run(3);
    }
    for (Probe probe : probes(20, 2)) {
      assertTrue(
          simulation.longestGap(probe) <= 2L * PERIOD * SECOND,
          () -> probe + " waited " + simulation.longestGap(probe) / SECOND + " s");
    }
  }

  @Test
  void thePhaseOfAVantageIsTheSameAfterARestart() {
    List<Probe> probes = probes(20, 2);
    Phases before = new Phases(new Plan(probes));
    Phases after = new Phases(new Plan(probes.reversed()));
    probes.forEach(probe -> assertEquals(before.of(probe), after.of(probe), () -> "of " + probe));
  }

  private static Collection<List<Probe>> bursts(List<Probe> probes) {
    return probes.stream()
        .collect(groupingBy(probe -> List.of(probe.vantage(), probe.question().name())))
        .values();
  }

  private static List<Probe> probes(int vantages, int servers) {
    return IntStream.range(0, vantages)
        .boxed()
        .flatMap(
            vantage ->
                IntStream.range(0, servers).boxed().flatMap(server -> probes(vantage, server)))
        .toList();
  }

  private static Stream<Probe> probes(Integer vantage, Integer server) {
    Vantage from = new Vantage("ns-" + vantage % 7, "web", "web-" + vantage, "node-1", Vantage.ANY);
    Server to = new Server("s" + server, InetAddress.ofLiteral("10.96.0." + (10 + server)), 53);
    return NAMES.stream()
        .flatMap(
            name ->
                Stream.of(Transport.values())
                    .map(
                        transport ->
                            new Probe(
                                from,
                                to,
                                new Question(
                                    name,
                                    RecordType.A,
                                    transport,
                                    Scope.INTERNAL,
                                    Expectation.ANY_RECORD),
                                true)));
  }
}
