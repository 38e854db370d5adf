package io.github.dnsonde.schedule;

import static io.github.dnsonde.schedule.Simulation.SECOND;
import static io.github.dnsonde.schedule.Simulation.assertWithin;
import static io.github.dnsonde.schedule.Simulation.pace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Roles in the work of the cluster: turns among nodes, and background vantages. */
@Tag("long")
class TurnsTest {

  private static final Server KUBE_DNS =
      new Server("kube-dns", InetAddress.ofLiteral("10.96.0.10"), 53);
  private static final Server CACHE =
      new Server("node-local-dns", InetAddress.ofLiteral("169.254.20.10"), 53);
  private static final Duration BACKGROUND = Duration.ofMinutes(5);

  @Test
  void threeNodesSendEachQuestionInEveryPeriodOnce() {
    List<Long> times = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      Probe probe = probe("node-" + node, "payments", "web", KUBE_DNS);
      Simulation simulation =
          simulation(List.of(probe), Map.of(probe.vantage(), new Role.Core(node, 3)), share(10));
      simulation.run(300);
      times.addAll(simulation.times(probe).stream().filter(time -> time > 40 * SECOND).toList());
    }
    times.sort(Long::compare);
    for (int i = 1; i < times.size(); i++) {
      assertWithin(10 * SECOND, times.get(i) - times.get(i - 1), SECOND / 100, "apart");
    }
    assertTrue(times.size() > 24, times::toString);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void changingTurnsPostponeNoProbeBeyondTwoCycles(int every) {
    Probe probe = probe("node", "payments", "web", KUBE_DNS);
    Simulation simulation = simulation(List.of(probe), Map.of(), share(10));
    for (int second = 0; second < 600; second += every) {
      Role role = new Role.Core(second / every % 3, 3);
      simulation.probeQueue.follow(
          plan(List.of(probe), Map.of(probe.vantage(), role)), share(10), simulation.now);
      simulation.run(every);
    }
    assertTrue(
        simulation.longestGap(probe) <= 61 * SECOND,
        () -> "waited " + simulation.longestGap(probe));
  }

  @Test
  void backgroundVantagesAreQueriedOnceInTheirPeriod() {
    List<Probe> probes = vantages(20);
    Simulation simulation = simulation(probes, background(probes), share(10));
    simulation.run(1_500);
    probes.forEach(
        probe -> {
          assertTrue(simulation.longestGap(probe) <= 301 * SECOND, probe::toString);
          assertWithin(6, simulation.times(probe).size(), 1, "queries in 25 minutes");
        });
  }

  @Test
  void turnsComeFirstWhenTheShareIsShort() {
    List<Probe> probes = vantages(60);
    Map<Vantage, Role> roles = background(probes);
    Probe core = probes.getFirst();
    roles.put(core.vantage(), new Role.Core(1, 3));
    Simulation simulation = simulation(probes, roles, share(0.1));
    simulation.takes = 7_500_000_000L;
    simulation.failing = _ -> true; // all want the full period
    simulation.run(900);
    List<Long> times = simulation.times(core);
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i) - times.get(i - 1) <= 40 * SECOND + SECOND / 10, times::toString);
    }
    assertTrue(simulation.total() <= 91, () -> "sent " + simulation.total());
    assertTrue(simulation.total() >= 85, () -> "sent " + simulation.total());
  }

  /** Its own turn begins while it waits among those that fail. */
  @Test
  void aTurnThatBeginsWhileTheProbeWaitsIsNotMissed() {
    List<Probe> probes = vantages(60);
    Map<Vantage, Role> roles = background(probes);
    Probe core = probes.getFirst();
    roles.put(core.vantage(), new Role.Core(1, 3));
    Simulation simulation = simulation(probes, roles, share(1));
    simulation.run(700);
    simulation.failing = _ -> true; // after they worked: all want the full period
    simulation.run(600);
    List<Long> times = simulation.times(core).stream().filter(time -> time > 100 * SECOND).toList();
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i) - times.get(i - 1) <= 32 * SECOND, times::toString);
    }
  }

  @Test
  void aClassOfOneNodeGoesBeforeTheBackground() {
    List<Probe> probes = vantages(60);
    Map<Vantage, Role> roles = background(probes);
    Probe only = probes.getFirst();
    roles.put(only.vantage(), Role.ALONE);
    Simulation simulation = simulation(probes, roles, share(0.15)); // 0.1 for it, others 0.2
    simulation.run(900);
    List<Long> times = simulation.times(only);
    for (int i = 1; i < times.size(); i++) {
      assertTrue(times.get(i) - times.get(i - 1) <= 20 * SECOND, times::toString);
    }
    assertTrue(times.size() >= 80, () -> "sent " + times.size());
  }

  @Test
  void turnsGoInTheOrderOfTheirSlots() {
    ScheduledProbe often = turn("often", 0.2, 30);
    often.start(2 * SECOND);
    often.start(32 * SECOND);
    ScheduledProbe seldom = turn("seldom", 0.3, 60);
    seldom.start(3 * SECOND);
    DueProbes due = new DueProbes();
    due.add(seldom, 64 * SECOND);
    due.add(often, 64 * SECOND);
    assertSame(often, due.firstTurn().orElseThrow(), "its slot was a second earlier");
  }

  private static ScheduledProbe turn(String namespace, double place, int cycle) {
    long full = 10 * SECOND;
    ScheduledProbe probe =
        new ScheduledProbe(probe("node", namespace, "web", KUBE_DNS), place, full, 0);
    probe.rhythm(new Rhythm(cycle * SECOND, 0, full, true), full, 0);
    return probe;
  }

  @Test
  void theShareLimitsOnlyQueriesToServersOffTheNode() {
    List<Probe> probes = new ArrayList<>();
    IntStream.range(0, 20)
        .forEach(
            i -> {
              probes.add(probe("node", "ns-" + i, "web", KUBE_DNS));
              probes.add(probe("node", "ns-" + i, "web", CACHE));
            });
    Simulation simulation = simulation(probes, Map.of(), share(0.5));
    simulation.run(400);
    assertWithin(
        200, simulation.count(probe -> probe.server().equals(KUBE_DNS)), 2, "queries off the node");
    assertWithin(
        800, simulation.count(probe -> probe.server().equals(CACHE)), 20, "queries on the node");
  }

  @Test
  void aVantageGetsTheFullPeriodFromItsFirstFailureUntilItWasGoodTwice() {
    Probe probe = probe("node", "payments", "web", KUBE_DNS);
    Simulation simulation = simulation(List.of(probe), background(List.of(probe)), share(10));
    simulation.run(400);
    simulation.failing = _ -> true;
    simulation.run(400);
    List<Long> failing = after(simulation.times(probe), 700);
    assertWithin(10, failing.size(), 1, "queries in 100 s: " + failing);
    simulation.failing = _ -> false;
    final long fixed = simulation.now;
    simulation.run(200);
    assertWithin(
        3,
        simulation.times(probe).stream().filter(time -> time > fixed).count(),
        2,
        "two good answers, and perhaps the next of the background: queries");
  }

  /** A path that a policy has forbidden for long is no news. */
  @Test
  void aPathThatNeverWorkedGetsItForAMinuteOnly() {
    Probe probe = probe("node", "payments", "web", KUBE_DNS);
    Simulation simulation = simulation(List.of(probe), background(List.of(probe)), share(10));
    simulation.failing = _ -> true;
    simulation.run(1_200);
    assertTrue(simulation.times(probe).size() >= 8, () -> simulation.times(probe).toString());
    assertTrue(simulation.times(probe).size() <= 12, () -> simulation.times(probe).toString());
  }

  @Test
  void afterAFailureOfACoreVantageTheOthersOfItsNamespaceAreQueriedOnce() {
    Probe core = probe("node", "payments", "web", KUBE_DNS);
    List<Probe> others =
        IntStream.range(0, 5)
            .mapToObj(i -> probe("node", "payments", "job-" + i, KUBE_DNS))
            .toList();
    Probe stranger = probe("node", "shop", "web", KUBE_DNS);
    List<Probe> all = new ArrayList<>(others);
    all.add(core);
    all.add(stranger);
    Map<Vantage, Role> roles = background(all);
    roles.put(core.vantage(), new Role.Core(0, 3));
    Simulation simulation = simulation(all, roles, share(10));
    simulation.run(400);
    simulation.asked.clear();
    simulation.failing = core::equals;
    simulation.run(45);
    long first = simulation.times(core).getFirst();
    others.forEach(
        other -> {
          List<Long> times = simulation.times(other);
          assertTrue(
              times.stream().anyMatch(time -> time - first < 2 * SECOND),
              () -> other + ": " + times);
          assertTrue(times.size() <= 2, () -> other + ": " + times);
        });
    assertTrue(simulation.times(stranger).size() <= 1, "another namespace is not concerned");
  }

  @Test
  void theFirstGoodAnswerAfterAnOutageHurriesTheOtherFailingPathsToThatServer() {
    List<Probe> probes = vantages(30);
    Simulation simulation = simulation(probes, background(probes), share(50));
    simulation.run(400);
    simulation.failing = _ -> true;
    simulation.takes = 7_500_000_000L;
    simulation.run(400);
    simulation.failing = _ -> false;
    simulation.takes = Simulation.MILLI;
    final long fixed = simulation.now;
    simulation.run(8);
    Map<Probe, Long> first = new HashMap<>();
    probes.forEach(
        probe ->
            simulation.times(probe).stream()
                .filter(time -> time >= fixed)
                .findFirst()
                .ifPresent(time -> first.put(probe, time - fixed)));
    assertEquals(30, first.size(), "within eight seconds, with ten between two queries");
  }

  private static List<Long> after(List<Long> times, int second) {
    return times.stream().filter(time -> time > second * SECOND).toList();
  }

  private static Pace share(double offNode) {
    return pace(10, 512, 50).sharing(new Pace.Share(offNode, BACKGROUND, 0));
  }

  private static Simulation simulation(List<Probe> probes, Map<Vantage, Role> roles, Pace pace) {
    Simulation simulation = new Simulation(List.of(), pace);
    simulation.probeQueue.follow(plan(probes, roles), pace, 0);
    return simulation;
  }

  private static Plan plan(List<Probe> probes, Map<Vantage, Role> roles) {
    return new Plan(probes).divided(probes, roles, Set.of(CACHE));
  }

  private static Map<Vantage, Role> background(List<Probe> probes) {
    Map<Vantage, Role> roles = new HashMap<>();
    probes.forEach(probe -> roles.put(probe.vantage(), Role.BACKGROUND));
    return roles;
  }

  private static List<Probe> vantages(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> probe("node", "ns-" + i, "web", KUBE_DNS))
        .toList();
  }

  private static Probe probe(String node, String namespace, String workload, Server server) {
    return new Probe(
        new Vantage(namespace, workload, workload + "-0", node, Vantage.ANY),
        server,
        new Question(
            "example.com.", RecordType.A, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD),
        true);
  }
}
