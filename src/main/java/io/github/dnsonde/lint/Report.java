package io.github.dnsonde.lint;

import java.util.List;

/**
 * All that was found.
 *
 * @param findings in the order of files and lines
 * @param mistakes in the same order: what could not be judged
 * @param count of all that was done
 * @param units what policies were judged in, each apart
 */
public record Report(
    List<Violation> findings, List<InputError> mistakes, Count count, List<String> units) {

  public Report {
    findings = findings.stream().sorted().toList();
    mistakes = mistakes.stream().sorted().toList();
    units = List.copyOf(units);
  }

  /**
   * How many there are.
   *
   * @param policies NetworkPolicies that were judged
   * @param files that were read
   * @param patches files or objects that change others, and were not judged
   * @param leftOut files and folders that patterns have taken out
   * @param ignored findings that annotations have taken out
   * @param known findings that the baseline has taken out
   */
  public record Count(int policies, int files, int patches, int leftOut, int ignored, int known) {}

  /** How many findings there are of a severity. */
  public long count(Severity severity) {
    return findings.stream().filter(each -> each.severity() == severity).count();
  }

  /** Whether any is as bad as that, or worse. */
  public boolean hasAny(Severity severity) {
    return findings.stream().anyMatch(each -> each.severity().isAtLeast(severity));
  }
}
