package io.github.dnsonde.overview;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.overview.NodeRow.Presence;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.report.BlindNamespace;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.Usage;
import io.github.dnsonde.testkit.SampleReports;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OverviewTest {

  @Test
  void pathsOfANamespaceAreOneRowOverAllNodes() {
    Overview overview =
        overview(
            node("node-a", vantage("shop", PathState.UNANSWERED, PathState.GOOD)),
            node("node-b", vantage("shop", PathState.UNANSWERED)),
            node("node-c", vantage("shop", PathState.GOOD)));
    OverviewRow row = overview.paths().getFirst();
    assertEquals(PathState.UNANSWERED, row.state());
    assertEquals(
        "2 of 3 on 2 of 3",
        row.affected()
            + " of "
            + row.vantages()
            + " on "
            + row.affectedNodes()
            + " of "
            + row.nodes());
    assertEquals(Map.of(Reason.TIMEOUT, 12, Reason.PORT_UNREACHABLE, 2), row.reasons());
    assertEquals(Optional.of(NOON.minusSeconds(60)), row.since());
    assertTrue(overview.fails());
  }

  @Test
  void theWorstRowsComeFirst() {
    Overview overview =
        overview(
            node(
                "node-a",
                vantage("a", PathState.GOOD),
                vantage("b", PathState.UNTESTED),
                vantage("c", PathState.LATE),
                vantage("d", PathState.WRONG),
                vantage("e", PathState.UNANSWERED),
                vantage("f", PathState.UNCERTAIN)));
    assertEquals(
        List.of("e", "d", "c", "f", "b", "a"),
        overview.paths().stream().map(OverviewRow::namespace).toList());
  }

  /** Pods do not suffer from a server that their resolvers do not query. */
  @Test
  void aPathThatIsNotInUseDoesNotFail() {
    Overview overview = overview(node("node-a", unused("shop", PathState.UNANSWERED)));
    assertEquals(PathState.UNANSWERED, overview.paths().getFirst().state());
    assertFalse(overview.fails());
    assertEquals(0, overview.nodes().getFirst().failing());
  }

  /** A node that is not seen is never good. */
  @Test
  void thePathsOfASilentNodeAreUntested() {
    Overview overview =
        overview(
            new NodeInput(
                report("node-a", vantage("shop", PathState.GOOD)),
                NOON.minus(NodeInput.SILENCE).minusSeconds(1),
                Optional.of("zone-1")));
    OverviewRow row = overview.paths().getFirst();
    assertEquals(PathState.UNTESTED, row.state());
    assertEquals(Optional.of(NOON.minusSeconds(31)), row.since());
    NodeRow node = overview.nodes().getFirst();
    assertEquals(Presence.SILENT, node.presence());
    assertEquals(Optional.of("zone-1"), node.zone());
    assertEquals(Usage.NONE, overview.usage());
  }

  @Test
  void aNamespaceIsBlindWhereAnAgentCannotSeeIt() {
    Report report =
        new Report(
            "node-a",
            "1.2.3",
            "node",
            Duration.ZERO,
            List.of(),
            List.of(new BlindNamespace("batch", "no_network")),
            List.of(),
            Usage.NONE,
            Optional.empty(),
            0,
            List.of());
    assertEquals(
        List.of(new BlindRow("batch", "no_network", List.of("node-a"))),
        overview(input(report)).blind());
  }

  /** Other nodes probe for a namespace, and say nothing about its pods without an agent. */
  @Test
  void aNamespaceIsBlindOnEachNodeWithoutAnAgent() {
    Overview overview =
        new OverviewInput(
                "cluster",
                List.of(node("node-a", vantage("shop", PathState.GOOD))),
                Map.of(
                    "win-1",
                    List.<String>of("shop", "legacy"),
                    "win-2",
                    (Collection<String>) List.of("legacy")),
                List.of(),
                NOON)
            .overview();
    assertEquals(
        List.of(
            new BlindRow("legacy", BlindRow.NO_AGENT, List.of("win-1", "win-2")),
            new BlindRow("shop", BlindRow.NO_AGENT, List.of("win-1"))),
        overview.blind());
    assertEquals(
        List.of("node-a reporting", "win-1 no_agent", "win-2 no_agent"),
        overview.nodes().stream()
            .map(node -> node.node() + " " + node.presence().label())
            .toList());
  }

  @Test
  void costsAreAddedUp() {
    Report full = SampleReports.full();
    assertEquals(full.usage().and(full.usage()), overview(input(full), input(full)).usage());
    assertEquals(4, overview(input(full), input(full)).omitted());
  }

  private static Overview overview(NodeInput... nodes) {
    return new OverviewInput("cluster", Arrays.asList(nodes), Map.of(), List.of(), NOON).overview();
  }

  private static NodeInput node(String node, ReportedVantage... vantages) {
    return input(report(node, vantages));
  }

  private static NodeInput input(Report report) {
    return new NodeInput(report, NOON, Optional.empty());
  }

  private static Report report(String node, ReportedVantage... vantages) {
    return SampleReports.of(node, List.of(vantages));
  }

  private static ReportedVantage vantage(String namespace, PathState... states) {
    return new ReportedVantage(
        namespace, "web", "web-1", "-", true, Stream.of(states).map(SampleReports::path).toList());
  }

  private static ReportedVantage unused(String namespace, PathState state) {
    ReportedVantage used = vantage(namespace, state);
    return new ReportedVantage(
        namespace,
        "web",
        "web-1",
        "-",
        true,
        used.paths().stream()
            .map(
                path ->
                    new ReportedPath(
                        path.server(),
                        path.transport(),
                        false,
                        path.state(),
                        path.since(),
                        path.queried(),
                        path.results()))
            .toList());
  }
}
