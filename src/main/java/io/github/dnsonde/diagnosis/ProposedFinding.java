package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.ProbePath;
import java.time.Duration;
import java.util.Set;

/**
 * A finding that the present outcomes suggest. A settled one is reported at once. Any other is
 * reported only if it still holds some time later: see {@link FindingTracker}.
 *
 * @param paths the paths that it explains
 * @param settled whether no pending outcome could show another cause
 */
record ProposedFinding(Finding finding, Set<ProbePath> paths, boolean settled) {

  ProposedFinding {
    requireNonNull(finding, "finding is null");
    paths = Set.copyOf(paths);
  }

  /** Returns the same, after the wall clock was set by this much. */
  ProposedFinding clockSet(Duration by) {
    return new ProposedFinding(finding.clockSet(by), paths, settled);
  }
}
