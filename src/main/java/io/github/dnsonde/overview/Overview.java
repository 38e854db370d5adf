package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.report.Usage;
import java.time.Instant;
import java.util.List;

/**
 * The state of DNS on a node or in a cluster.
 *
 * @param subject its name, such as {@code node node-a} or {@code cluster}
 * @param at the time of the overview
 * @param paths the worst first
 * @param blind the namespaces that are not seen, by name
 * @param findings the explanations of what fails
 * @param nodes the nodes, by name
 * @param usage the cost of all agents together
 * @param omitted the number of parts that reports left out
 */
public record Overview(
    String subject,
    Instant at,
    List<OverviewRow> paths,
    List<BlindRow> blind,
    List<Finding> findings,
    List<NodeRow> nodes,
    Usage usage,
    int omitted) {

  public Overview {
    requireNonNull(subject, "subject is null");
    requireNonNull(at, "at is null");
    paths = List.copyOf(paths);
    blind = List.copyOf(blind);
    findings = List.copyOf(findings);
    nodes = List.copyOf(nodes);
    requireNonNull(usage, "usage is null");
  }

  /** Returns true if a path fails that applications use. */
  public boolean fails() {
    return paths.stream().anyMatch(OverviewRow::fails);
  }

  /** Returns the state in one sentence. */
  public Headline headline() {
    return Headline.of(this);
  }
}
