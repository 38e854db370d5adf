package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.merge.ClusterSight;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.SampleReports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of a cluster in which nothing fails, and one of two nodes has no agent. */
class ClusterStateTest {

  @TempDir private Path folder;

  /** A restarted controller has few reports at first, which could suggest another cause. */
  @Test
  void eventsWaitUntilEveryAgentHadTimeToReport() throws Exception {
    FakeTicker ticker = new FakeTicker();
    Config config = ConfigFile.read(Files.createFile(folder.resolve("empty.yaml")), Map.of());
    ClusterState state =
        new ClusterState(
            config.cluster(), _ -> ClusterView.EMPTY, Map::of, Optional::empty, ticker);
    ticker.advance(Duration.ofMinutes(5));
    assertEquals(Optional.empty(), state.sight(), "no agent has reported");
    state.add(SampleReports.empty("node-a"), Optional.empty());
    ticker.advance(Duration.ofSeconds(59));
    assertEquals(Optional.empty(), state.sight());
    ticker.advance(Duration.ofSeconds(11));
    ClusterSight sight = state.sight().orElseThrow();
    assertEquals(1, sight.nodes().size());
    assertEquals(ticker.now().minusSeconds(10), sight.complete());
  }

  @Test
  void onlyNamespacesThatNoAgentSeesAreWithoutAgent() throws Exception {
    FakeTicker ticker = new FakeTicker();
    Config config = ConfigFile.read(Files.createFile(folder.resolve("empty.yaml")), Map.of());
    ClusterState state =
        new ClusterState(
            config.cluster(),
            _ -> ClusterView.EMPTY,
            () -> Map.of("node-a", Set.of("shop"), "node-b", Set.of("shop", "pay")),
            Optional::empty,
            ticker);
    ticker.advance(Duration.ofMinutes(2));
    state.add(
        SampleReports.of(
            "node-a", List.of(SampleReports.vantage("shop", "default-deny", PathState.GOOD))),
        Optional.empty());
    state.explain();
    assertEquals(
        List.of(List.of("pay")),
        state.diagnosis().findings().stream()
            .filter(finding -> finding.code() == Finding.Code.NO_AGENT)
            .map(finding -> finding.subject().namespaces())
            .toList());
  }
}
