package io.github.dnsonde.lint;

import java.util.List;

/**
 * All that was found.
 *
 * @param findings in the order of files and lines
 * @param mistakes in the same order: what could not be judged
 * @param policies how many NetworkPolicies were judged
 * @param files how many files were read
 * @param ignored how many findings annotations have taken out
 * @param known how many findings the baseline has taken out
 */
public record Report(
    List<Finding> findings,
    List<Mistake> mistakes,
    int policies,
    int files,
    int ignored,
    int known) {

  public Report {
    findings = findings.stream().sorted().toList();
    mistakes = mistakes.stream().sorted().toList();
  }

  /** How many there are of a severity. */
  public long count(Severity severity) {
    return findings.stream().filter(each -> each.rule().severity() == severity).count();
  }

  /** Whether any is as bad as that, or worse. */
  public boolean hasAny(Severity severity) {
    return findings.stream().anyMatch(each -> each.rule().severity().isAtLeast(severity));
  }
}
