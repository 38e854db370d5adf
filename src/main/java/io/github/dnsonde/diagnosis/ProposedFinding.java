package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.ProbePath;
import java.time.Duration;
import java.util.Set;

/**
 * A finding that the present outcomes suggest. It is reported at once if it is settled, otherwise
 * only if it still holds some time later: see {@link FindingTracker}.
 *
 * @param paths the paths that it explains
 * @param settled whether nothing that is still under way could show another cause
 */
record ProposedFinding(Finding finding, Set<ProbePath> paths, boolean settled) {

  ProposedFinding {
    requireNonNull(finding, "finding is null");
    paths = Set.copyOf(paths);
  }

  /** The same, after the wall clock was set by this much. */
  ProposedFinding clockSet(Duration by) {
    return new ProposedFinding(finding.clockSet(by), paths, settled);
  }
}
