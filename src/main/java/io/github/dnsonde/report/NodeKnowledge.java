package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Everything that an agent knows at one moment and reports.
 *
 * @param running the time since the agent started
 * @param latest the latest outcome of each planned probe that has one
 * @param streaks the streak of each planned probe that has one
 * @param core selects the vantages that are probed with the full period
 * @param silence the pods that are expected to get no response
 * @param work the part in the work of the cluster
 */
public record NodeKnowledge(
    String node,
    String version,
    String mode,
    Duration running,
    Plan plan,
    List<Outcome> latest,
    List<Streak> streaks,
    Diagnosis diagnosis,
    Predicate<Vantage> core,
    ExpectedSilence silence,
    Usage usage,
    Optional<ReportedWork> work,
    Instant now) {

  public NodeKnowledge {
    requireNonNull(node, "node is null");
    requireNonNull(version, "version is null");
    requireNonNull(mode, "mode is null");
    requireNonNull(running, "running is null");
    requireNonNull(plan, "plan is null");
    requireNonNull(latest, "latest is null");
    requireNonNull(streaks, "streaks is null");
    requireNonNull(diagnosis, "diagnosis is null");
    requireNonNull(core, "core is null");
    requireNonNull(silence, "silence is null");
    requireNonNull(usage, "usage is null");
    requireNonNull(work, "work is null");
    requireNonNull(now, "now is null");
  }

  /** Returns the report, with the worst first where a limit leaves some out. */
  public Report report() {
    return new ReportBuilder(this).report();
  }
}
