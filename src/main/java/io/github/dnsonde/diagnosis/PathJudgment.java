package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.ProbePath;
import java.util.List;

/**
 * Everything that the policies say about a path, without the path: many paths share it.
 *
 * @param conditionalAssessment for a finding
 * @param decision for the table of paths, like all that follows: see {@link ReportedVerdict}
 */
record PathJudgment(
    ConditionalAssessment conditionalAssessment,
    Decision decision,
    Decision likely,
    List<String> policies,
    String because) {

  PathJudgment {
    policies = List.copyOf(policies);
  }

  /** Returns the row of a path in the table of paths. */
  ReportedVerdict of(ProbePath path) {
    return new ReportedVerdict(
        path.vantage().namespace(),
        path.vantage().workload(),
        path.vantage().pod(),
        path.server().name(),
        path.transport(),
        decision,
        likely,
        policies,
        because);
  }

  /** The words are enough: policies may have thousands of rules. */
  @Override
  public int hashCode() {
    return 31 * because.hashCode() + policies.hashCode();
  }
}
