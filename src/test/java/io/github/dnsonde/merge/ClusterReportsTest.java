package io.github.dnsonde.merge;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.testkit.SampleReports;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterReportsTest {

  private final ClusterReports reports = new ClusterReports();

  @Test
  void aReportReplacesTheNodesEarlierOne() {
    NodeInput later = input("node-a", NOON.plusSeconds(10));
    assertTrue(reports.put(input("node-a", NOON)));
    assertTrue(reports.put(later));
    assertEquals(List.of(later), reports.at(NOON.plusSeconds(10)));
  }

  @Test
  void aSilentNodeStaysForTenMinutes() {
    reports.put(input("node-a", NOON));
    Instant last = NOON.plus(ClusterReports.FORGOTTEN);
    assertEquals(1, reports.at(last).size());
    assertTrue(reports.at(last).getFirst().isSilent(last));
    assertEquals(List.of(), reports.at(last.plusSeconds(1)));
  }

  @Test
  void theNumberOfNodesIsBounded() {
    for (int i = 0; i < ClusterReports.NODES; i++) {
      assertTrue(reports.put(input("node-" + i, NOON)));
    }
    assertFalse(reports.put(input("node-more", NOON)));
    assertTrue(reports.put(input("node-1", NOON)), "a known node still reports");
    assertEquals(ClusterReports.NODES, reports.at(NOON).size());
  }

  private static NodeInput input(String node, Instant received) {
    return new NodeInput(SampleReports.empty(node), received, Optional.empty());
  }
}
