package io.github.dnsonde.finding;

import java.util.List;

/**
 * What an agent makes of all that it sees on its node.
 *
 * @param findings why questions fail; none where all is well
 * @param policyVerdicts what the policies say of each path, by namespace, pod, server and
 *     transport; none where the cluster's API is not read
 */
public record Diagnosis(List<Finding> findings, List<ReportedVerdict> policyVerdicts) {

  /** Nothing known. */
  public static final Diagnosis NONE = new Diagnosis(List.of(), List.of());

  public Diagnosis {
    findings = List.copyOf(findings);
    policyVerdicts = List.copyOf(policyVerdicts);
  }
}
