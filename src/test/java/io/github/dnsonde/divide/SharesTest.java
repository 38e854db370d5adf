package io.github.dnsonde.divide;

import static io.github.dnsonde.divide.Fleet.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shares that agents use never add up to more than the budget. */
class SharesTest {

  private static final double BUDGET = 150;

  /** An agent as the controller sees it: it uses a share, and reports every ten seconds or so. */
  private static final class Agent {
    private double uses;
    private long nextReport;
    private boolean silent;
  }

  /**
   * Nodes join and leave, reports and replies get lost, and the controller restarts at any time,
   * also while agents that it cannot hear of still use a large share.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void theyNeverAddUpToMoreThanTheBudget(int seed) {
    Random random = new Random(seed);
    Fleet fleet = new Fleet(60, 50, 3, 12);
    TreeMap<String, Agent> agents = new TreeMap<>();
    double equal = fleet.terms(BUDGET).equalShare();
    fleet.nodes.keySet().forEach(node -> agents.put(node, agent(equal, random.nextInt(10))));
    Division division = Division.NONE;
    Map<String, NodeWork> reported = new TreeMap<>();
    long started = 0;
    double most = 0;
    for (long now = 0; now < 400; now++) {
      if (random.nextInt(80) == 0) { // a restart
        division = Division.NONE;
        reported.clear();
        started = now;
      }
      if (random.nextInt(60) == 0) {
        agents.values().stream()
                .skip(random.nextInt(agents.size()))
                .findFirst()
                .orElseThrow()
                .silent ^=
            true;
      }
      if (random.nextInt(20) == 0) { // one node replaces another; DaemonSets know it at once
        String gone =
            agents.keySet().stream().skip(random.nextInt(agents.size())).findFirst().orElseThrow();
        agents.remove(gone);
        fleet.nodes.remove(gone);
        reported.remove(gone);
        int number = 1_000 + (int) now;
        fleet.join(number);
        agents.put("node-" + number, agent(equal / 10, now + 1));
      }
      for (Map.Entry<String, Agent> entry : agents.entrySet()) {
        Agent agent = entry.getValue();
        if (agent.nextReport > now || agent.silent) {
          continue;
        }
        agent.nextReport = now + 8 + random.nextInt(5);
        if (random.nextInt(10) == 0) {
          continue; // the report is lost
        }
        NodeWork node = Fleet.at(fleet.nodes, entry.getKey());
        reported.put(
            entry.getKey(),
            new NodeWork(node.node(), node.zone(), node.classes(), 0, agent.uses, now));
        boolean lost = random.nextInt(10) == 0;
        if (!lost) {
          division.of(entry.getKey()).ifPresent(part -> agent.uses = part.share());
        }
      }
      if (Division.mayStart(reported.size(), 60, Duration.ofSeconds(now - started))) {
        division = division.next(fleet.terms(BUDGET), reported.values(), now * SECOND);
      }
      double sum = agents.values().stream().mapToDouble(agent -> agent.uses).sum();
      most = Math.max(most, sum);
      long second = now;
      assertTrue(
          sum <= BUDGET * (1 + 1e-9), () -> sum + " queries a second after " + second + " s");
    }
    assertTrue(most > 0.9 * BUDGET, "the budget is not left unused: " + most);
  }

  private static Agent agent(double uses, long nextReport) {
    Agent agent = new Agent();
    agent.uses = uses;
    agent.nextReport = nextReport;
    return agent;
  }

  @Test
  void theyAreInProportionToTheWork() {
    Terms terms = Terms.of(100, 3, Fleet.PERIOD);
    List<NodeWork> nodes = List.of(node("a", 20, 0), node("b", 40, 0), node("c", 80, 0));
    Division division = Division.NONE.next(terms, nodes, 0);
    assertEquals(14, share(division, "a"), 1e-9);
    assertEquals(28, share(division, "b"), 1e-9);
    assertEquals(56, share(division, "c"), 1e-9);
    assertEquals(98, division.shares(), 1e-9, "the rest is for agents that join");
  }

  @Test
  void noneIsMoreThanTwiceAnEqualShare() {
    Terms terms = Terms.of(100, 4, Fleet.PERIOD);
    List<NodeWork> nodes =
        List.of(node("a", 800, 0), node("b", 10, 0), node("c", 10, 0), node("d", 10, 0));
    Division division = Division.NONE.next(terms, nodes, 0);
    assertEquals(50, share(division, "a"), 1e-9);
    assertEquals(16, share(division, "b"), 1e-9, "the others share the rest");
  }

  @Test
  void oneGrowsOnlyAfterAnotherHasShrunk() {
    Terms terms = Terms.of(100, 2, Fleet.PERIOD);
    Division first = Division.NONE.next(terms, List.of(node("a", 10, 60), node("b", 30, 40)), 0);
    assertEquals(24.5, share(first, "a"), 1e-9);
    assertEquals(40, share(first, "b"), 1e-9, "a may still use 60");
    Division unheard = first.next(terms, List.of(node("a", 10, 60), node("b", 30, 40)), 1);
    assertEquals(40, share(unheard, "b"), 1e-9, "a has not got the reply");
    Division second = unheard.next(terms, List.of(reported("a", 10, 24.5), node("b", 30, 40)), 2);
    assertEquals(73.5, share(second, "b"), 1e-9);
  }

  @Test
  void agentsThatHaveNotReportedCountWithTheLargestShare() {
    Terms terms = Terms.of(100, 10, Fleet.PERIOD);
    List<NodeWork> nodes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      nodes.add(node("node-" + i, 10, 0));
    }
    assertEquals(60, Division.NONE.next(terms, nodes, 0).shares(), 1e-9);
  }

  private static NodeWork node(String name, double wanted, double share) {
    return new NodeWork(name, "", List.of(), wanted, share, 0);
  }

  private static NodeWork reported(String name, double wanted, double share) {
    return new NodeWork(name, "", List.of(), wanted, share, 1);
  }

  private static double share(Division division, String node) {
    return division.of(node).orElseThrow().share();
  }
}
