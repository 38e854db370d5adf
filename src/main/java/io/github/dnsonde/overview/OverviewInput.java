package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Everything that an overview is made of.
 *
 * @param subject the name of the node or the cluster
 * @param nodes the latest report of each node
 * @param withoutAgent the nodes that run pods and no agent, with their pods' namespaces
 * @param findings the explanations of what fails
 */
public record OverviewInput(
    String subject,
    Collection<NodeInput> nodes,
    Map<String, Collection<String>> withoutAgent,
    List<Finding> findings,
    Instant now) {

  public OverviewInput {
    requireNonNull(subject, "subject is null");
    nodes = List.copyOf(nodes);
    withoutAgent = Map.copyOf(withoutAgent);
    findings = List.copyOf(findings);
    requireNonNull(now, "now is null");
  }

  /** Returns the overview. */
  public Overview overview() {
    return new OverviewBuilder(this).overview();
  }

  /** Returns the selected paths one by one. */
  public PathList paths(PathSelection selection) {
    return new OverviewBuilder(this).paths(selection);
  }
}
