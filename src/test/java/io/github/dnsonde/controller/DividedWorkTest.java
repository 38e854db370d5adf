package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.json.ReportReplyJson;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportReply.CoreClass;
import io.github.dnsonde.report.ReportReply.NodeShare;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.ReportedWork.ClassRound;
import io.github.dnsonde.testkit.SampleReports;
import io.github.dnsonde.uplink.Uplink;
import io.github.dnsonde.uplink.UplinkException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The work of many agents, divided by a running controller over HTTPS on loopback. */
@Timeout(60)
@Tag("long")
class DividedWorkTest {

  private static final int AGENTS = 8;
  private static final double BUDGET = 16;
  private static final String NAMESPACE = "shop";

  @TempDir private Path folder;

  /** An agent that follows the replies of its controller. */
  private static final class Agent implements AutoCloseable {
    private final String node;
    private final Uplink uplink;
    private double share = 0.2;
    private Optional<NodeShare> part = Optional.empty();

    private Agent(RunningController controller, int number) throws IOException {
      this.node = "node-" + number;
      this.uplink = controller.uplink(controller.agentOn(node));
      controller.api.pod(NAMESPACE, "web-" + number, node);
      controller.api.put(
          "/api/v1/nodes",
          """
          {"metadata": {"name": "%s", "labels": {"topology.kubernetes.io/zone": "zone-%d"}}}\
          """
              .formatted(node, number % 3));
    }

    private void report() throws IOException {
      List<ClassRound> classes =
          IntStream.range(0, 12)
              .mapToObj(i -> new ClassRound(new ClassKey(NAMESPACE, "class-" + i), 8, 4, isCore(i)))
              .toList();
      ReportedWork work = new ReportedWork(share, AGENTS, 0, classes);
      String json = RunningController.send(uplink, SampleReports.working(node, work));
      ReportReply reply =
          ReportReplyJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
      reply
          .nodeShare()
          .ifPresent(
              given -> {
                part = reply.nodeShare();
                share = given.queriesPerSecond();
              });
    }

    private boolean isCore(int number) {
      return part.stream()
          .flatMap(given -> given.core().stream())
          .anyMatch(core -> core.key().policyClass().equals("class-" + number));
    }

    @Override
    public void close() {
      uplink.close();
    }
  }

  @Test
  void agentsTakeTheirShareAlsoAfterARestartAndKeepItWithoutTheController() throws Exception {
    try (RunningController controller =
        new RunningController(folder, false, "schedule: {budget: {cluster: 16}}")) {
      List<Agent> agents = new ArrayList<>();
      for (int i = 0; i < AGENTS; i++) {
        agents.add(new Agent(controller, i));
      }
      controller.awaitMetric("dnsonde_controller_pods " + 2.0 * AGENTS);
      allHaveAPart(agents);
      assertEveryClassHasThreeNodes(agents);

      controller.restart();
      List<Optional<NodeShare>> before = agents.stream().map(agent -> agent.part).toList();
      agents.getFirst().report();
      assertEquals(before.getFirst(), agents.getFirst().part, "one node alone is not divided");
      agents.forEach(agent -> agent.part = Optional.empty());
      allHaveAPart(agents);
      assertEveryClassHasThreeNodes(agents);

      controller.kill();
      before = agents.stream().map(agent -> agent.part).toList();
      for (Agent agent : agents) {
        assertThrows(UplinkException.class, agent::report);
      }
      assertEquals(before, agents.stream().map(agent -> agent.part).toList());
      agents.forEach(Agent::close);
    }
  }

  /** Reports until every agent has a part and most of the budget is given away. */
  private static void allHaveAPart(List<Agent> agents) throws Exception {
    RunningController.await(
        "every agent has its part",
        () -> {
          for (Agent agent : agents) {
            agent.report();
            assertTrue(shares(agents) <= BUDGET, () -> "shares " + shares(agents));
          }
          return agents.stream().allMatch(agent -> agent.part.isPresent())
              && shares(agents) > 0.9 * BUDGET;
        });
  }

  private static double shares(List<Agent> agents) {
    return agents.stream().mapToDouble(agent -> agent.share).sum();
  }

  private static void assertEveryClassHasThreeNodes(List<Agent> agents) {
    for (int i = 0; i < 12; i++) {
      String name = "class-" + i;
      Set<Integer> turns = new HashSet<>();
      Set<String> zones = new HashSet<>();
      for (int number = 0; number < agents.size(); number++) {
        NodeShare part = agents.get(number).part.orElseThrow();
        assertFalse(part.whole(), "12 classes with 8 queries on 8 nodes are 77 queries a second");
        for (CoreClass core : part.core()) {
          if (core.key().policyClass().equals(name)) {
            turns.add(core.turn() % 3);
            zones.add("zone-" + number % 3);
          }
        }
      }
      assertEquals(Set.of(0, 1, 2), turns, name);
      assertEquals(Set.of("zone-0", "zone-1", "zone-2"), zones, name);
    }
  }

  /** Only the classes of namespaces with pods on the node are believed. */
  @Test
  void aNodeIsBelievedAboutTheWorkOfItsOwnNamespacesOnly() throws Exception {
    try (RunningController controller = new RunningController(folder);
        Uplink uplink = controller.uplink(controller.agentOn("node-a"))) {
      controller.api.pod(NAMESPACE, "web-1", "node-a");
      controller.awaitMetric("dnsonde_controller_pods 2.0");
      RunningController.send(
          uplink,
          SampleReports.working(
              "node-a",
              new ReportedWork(
                  1,
                  2,
                  0,
                  List.of(
                      new ClassRound(new ClassKey(NAMESPACE, "-"), 8, 4, false),
                      new ClassRound(new ClassKey("bank", "-"), 8, 4, false)))));
      controller.awaitMetric("dnsonde_controller_report_parts_doubted_total 1.0");
    }
  }
}
