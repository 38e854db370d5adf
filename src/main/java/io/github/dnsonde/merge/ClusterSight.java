package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.overview.NodeInput;
import java.time.Instant;
import java.util.List;

/**
 * The cluster at one moment, after all agents had time to report.
 *
 * @param findings one for each cause
 * @param nodes the latest reports
 * @param complete the time since which it is complete. What had begun before may have been seen by
 *     an earlier controller
 */
public record ClusterSight(List<Finding> findings, List<NodeInput> nodes, Instant complete) {
  public ClusterSight {
    findings = List.copyOf(findings);
    nodes = List.copyOf(nodes);
    requireNonNull(complete, "complete is null");
  }
}
