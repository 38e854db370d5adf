package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.report.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
 * @param omitted the number of parts that reports left out, and of agents' findings beyond a limit
 * @param admission the state of the controller's webhook; empty if there is none
 */
public record Overview(
    String subject,
    Instant at,
    List<OverviewRow> paths,
    List<BlindRow> blind,
    List<Finding> findings,
    List<NodeRow> nodes,
    Usage usage,
    int omitted,
    Optional<AdmissionStatus> admission) {

  public Overview {
    requireNonNull(subject, "subject is null");
    requireNonNull(at, "at is null");
    paths = List.copyOf(paths);
    blind = List.copyOf(blind);
    findings = List.copyOf(findings);
    nodes = List.copyOf(nodes);
    requireNonNull(usage, "usage is null");
    requireNonNull(admission, "admission is null");
  }

  /** Creates an overview without a webhook. */
  public Overview(
      String subject,
      Instant at,
      List<OverviewRow> paths,
      List<BlindRow> blind,
      List<Finding> findings,
      List<NodeRow> nodes,
      Usage usage,
      int omitted) {
    this(subject, at, paths, blind, findings, nodes, usage, omitted, Optional.empty());
  }

  /** Returns the same overview, with the state of the webhook. */
  public Overview with(Optional<AdmissionStatus> other) {
    return new Overview(subject, at, paths, blind, findings, nodes, usage, omitted, other);
  }

  /** Returns the same overview, which leaves out further parts. */
  public Overview withoutMore(int parts) {
    return new Overview(
        subject, at, paths, blind, findings, nodes, usage, omitted + parts, admission);
  }

  /** Returns the same overview with other findings. */
  Overview explainedBy(List<Finding> others) {
    return new Overview(subject, at, paths, blind, others, nodes, usage, omitted, admission);
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
