package io.github.dnsonde.lint;

import io.github.dnsonde.change.WorkloadChange;
import java.util.List;

/**
 * The result of a lint run.
 *
 * @param findings in the order of files and lines
 * @param mistakes the inputs that could not be checked, in the same order
 * @param count the numbers of everything that was done
 * @param units the units in which policies were checked, each separately
 * @param workloads the pods of a live cluster, before and after; empty without a cluster
 */
public record Report(
    List<Violation> findings,
    List<InputError> mistakes,
    Count count,
    List<String> units,
    List<WorkloadChange> workloads) {

  public Report {
    findings = findings.stream().sorted().toList();
    mistakes = mistakes.stream().sorted().toList();
    units = List.copyOf(units);
    workloads = List.copyOf(workloads);
  }

  /**
   * The numbers of a run.
   *
   * @param policies NetworkPolicies that were checked
   * @param files that were read
   * @param patches files or objects that change others, and were not checked
   * @param leftOut files and folders that patterns have excluded
   * @param ignored findings that annotations have suppressed
   * @param known findings that the baseline has suppressed
   */
  public record Count(int policies, int files, int patches, int leftOut, int ignored, int known) {}

  /** Returns the number of findings of a severity. */
  public long count(Severity severity) {
    return findings.stream().filter(each -> each.severity() == severity).count();
  }

  /** Returns true if any finding has at least that severity. */
  public boolean hasAny(Severity severity) {
    return findings.stream().anyMatch(each -> each.severity().isAtLeast(severity));
  }
}
