package io.github.dnsonde.controller;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportReply.NodeShare;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.ReportedWork.ClassRound;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The division of the work of agents that report, in simulated time. */
class WorkDividerTest {

  private static final double BUDGET = 20;
  private static final int AGENTS = 20;
  private static final int CLASSES = 40;

  private final FakeTicker ticker = new FakeTicker();
  private final Set<String> gone = new HashSet<>();
  private final Map<String, Agent> agents = new HashMap<>();
  private WorkDivider divider = divider();

  private WorkDivider divider() {
    return new WorkDivider(
        new WorkDivider.Settings(BUDGET, 3, Duration.ofSeconds(10)),
        new WorkDivider.Nodes(node -> Optional.of("zone-" + node.length()), gone::contains),
        ticker);
  }

  /** An agent that follows the replies it gets. */
  private static final class Agent {
    private final String node;
    private final List<ClassRound> classes;
    private double share = 0.1 * BUDGET / AGENTS;
    private Optional<NodeShare> reply = Optional.empty();

    private Agent(String node, int queries) {
      this.node = node;
      this.classes =
          IntStream.range(0, CLASSES)
              .mapToObj(
                  i ->
                      new ClassRound(
                          new ClassKey("team-" + i, "-"), queries, Math.min(queries, 2), false))
              .toList();
    }

    private ReportedWork work() {
      return new ReportedWork(share, AGENTS, 0, classes);
    }
  }

  private void agent(String node) {
    agents.put(node, new Agent(node, 4));
  }

  private Agent named(String node) {
    return requireNonNull(agents.get(node), node);
  }

  private void agents(int count) {
    IntStream.range(0, count).forEach(i -> agent("node-" + i));
  }

  /** Reports, and follows the reply unless it is lost. */
  private void report(Agent agent, boolean lost) {
    ReportReply reply = divider.reported(agent.node, Optional.of(agent.work()));
    if (!lost && reply.nodeShare().isPresent()) {
      agent.reply = reply.nodeShare();
      agent.share = reply.nodeShare().get().queriesPerSecond();
    }
  }

  private void round() {
    List.copyOf(agents.values()).forEach(agent -> report(agent, false));
    ticker.advance(WorkDivider.EVERY);
    divider.divide();
  }

  private void rounds(int count) {
    IntStream.range(0, count).forEach(_ -> round());
  }

  private double shares() {
    return agents.values().stream().mapToDouble(agent -> agent.share).sum();
  }

  @Test
  void noAgentHasAPartBeforeAllHaveReported() {
    agents(AGENTS - 1);
    rounds(3);
    assertTrue(agents.values().stream().noneMatch(agent -> agent.reply.isPresent()));
    agent("node-last");
    rounds(2);
    assertTrue(agents.values().stream().allMatch(agent -> agent.reply.isPresent()));
  }

  @Test
  void whoeverIsMissingIsWaitedForHalfAMinute() {
    agents(AGENTS - 1);
    rounds(17);
    assertTrue(agents.values().stream().allMatch(agent -> agent.reply.isPresent()));
    assertTrue(shares() <= BUDGET - 2, () -> "two are kept for the missing one: " + shares());
  }

  @Test
  void everyClassHasThreeNodesInTurn() {
    agents(AGENTS);
    rounds(5);
    Map<ClassKey, Set<Integer>> turns = new HashMap<>();
    agents
        .values()
        .forEach(
            agent -> {
              NodeShare part = agent.reply.orElseThrow();
              assertTrue(!part.whole(), "320 queries a second do not fit 20");
              part.core()
                  .forEach(
                      core ->
                          turns
                              .computeIfAbsent(core.key(), _ -> new HashSet<>())
                              .add(core.turn() % 3));
            });
    assertEquals(CLASSES, turns.size());
    turns.forEach((key, nodes) -> assertEquals(Set.of(0, 1, 2), nodes, key::toString));
    assertTrue(shares() > 0.9 * BUDGET, () -> "shares " + shares());
  }

  /** Replies are lost, agents and the controller restart. */
  @Tag("long")
  @Test
  void theSharesInUseNeverAddUpToMoreThanTheBudget() {
    Random random = new Random(3);
    agents(AGENTS);
    for (int step = 0; step < 2_000; step++) {
      List<Agent> all = new ArrayList<>(agents.values());
      for (Agent agent : all) {
        if (random.nextInt(5) == 0) {
          report(agent, random.nextInt(4) == 0);
        }
      }
      if (random.nextInt(20) == 0) {
        Agent left = all.get(random.nextInt(all.size()));
        agents.put(left.node, new Agent(left.node, 1 + random.nextInt(8)));
      }
      ticker.advance(Duration.ofSeconds(2));
      if (random.nextInt(100) == 0) {
        divider = divider();
      }
      divider.divide();
      double sum = shares();
      assertTrue(sum <= BUDGET + 1e-9, "step " + step + ": " + sum);
    }
  }

  @Test
  void aRestartKeepsTheSharesInForceUntilItKnowsTheNodes() {
    agents(AGENTS);
    rounds(5);
    final Map<String, Double> before = new HashMap<>();
    agents.values().forEach(agent -> before.put(agent.node, agent.share));
    divider = divider();
    List.copyOf(agents.values()).subList(0, 10).forEach(agent -> report(agent, false));
    ticker.advance(Duration.ofSeconds(2));
    divider.divide();
    agents.values().forEach(agent -> assertEquals(before.get(agent.node), agent.share));
    rounds(3);
    assertTrue(shares() <= BUDGET + 1e-9, () -> "shares " + shares());
    assertTrue(shares() > 0.9 * BUDGET, () -> "shares " + shares());
  }

  @Test
  void theClassesOfANodeThatIsGoneMoveToOthersAfterOneMissingReport() {
    agents(AGENTS);
    rounds(5);
    Agent left = named("node-3");
    agents.remove("node-3");
    gone.add("node-3");
    rounds(8);
    Set<ClassKey> moved = new HashSet<>();
    left.reply.orElseThrow().core().forEach(core -> moved.add(core.key()));
    for (ClassKey key : moved) {
      long nodes =
          agents.values().stream()
              .filter(
                  agent ->
                      agent.reply.orElseThrow().core().stream()
                          .anyMatch(core -> core.key().equals(key)))
              .count();
      assertTrue(nodes >= 3, () -> key + " is on " + nodes);
    }
  }

  /** One agent cannot take the budget of the others. */
  @Test
  void anAgentThatLiesAboutItsWorkChangesLittle() {
    agents(AGENTS);
    rounds(5);
    double before = named("node-5").reply.orElseThrow().background().toSeconds();
    agents.put("node-0", new Agent("node-0", 100_000));
    rounds(10);
    assertTrue(named("node-0").share <= 2 * BUDGET / AGENTS);
    double after = named("node-5").reply.orElseThrow().background().toSeconds();
    assertTrue(after <= 1.5 * before, () -> before + " s became " + after);
    assertTrue(
        agents.values().stream()
            .filter(agent -> !agent.node.equals("node-0"))
            .allMatch(agent -> agent.share >= 0.3 * BUDGET / AGENTS),
        () -> "shares " + agents.values().stream().map(agent -> agent.share).toList());
  }

  /** The share that it claims is not missing for the others. */
  @Test
  void anAgentThatLiesAboutItsShareChangesLittle() {
    agents(AGENTS);
    for (int i = 0; i < 10; i++) {
      named("node-0").share = 1e9;
      round();
    }
    double others = shares() - named("node-0").share;
    assertTrue(others > 0.8 * BUDGET, () -> "the others have " + others);
  }

  @Test
  void smallClustersLoseNothing() {
    IntStream.range(0, AGENTS).forEach(i -> agents.put("node-" + i, new Agent("node-" + i, 0)));
    rounds(5);
    assertTrue(agents.values().stream().allMatch(agent -> agent.reply.orElseThrow().whole()));
  }

  @Test
  void anAgentThatDoesNotTakePartGetsNoPart() {
    assertEquals(ReportReply.NONE, divider.reported("node-old", Optional.empty()));
  }

  @Test
  void theClockOfTurnsDoesNotJump() {
    agents(AGENTS);
    rounds(3);
    long before = named("node-1").reply.orElseThrow().clock();
    rounds(5);
    assertEquals(
        before + 5 * WorkDivider.EVERY.toMillis(), named("node-1").reply.orElseThrow().clock());
  }
}
