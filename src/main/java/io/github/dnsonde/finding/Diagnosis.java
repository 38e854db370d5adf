package io.github.dnsonde.finding;

import io.github.dnsonde.cluster.NamespaceOwners;
import java.util.List;

/**
 * The agent's assessment of everything that it sees on its node.
 *
 * @param findings explanations of failing queries; none if no query fails
 * @param policyVerdicts verdicts of the policies on each path, by namespace, pod, server and
 *     transport; none if the cluster's API is not read
 */
public record Diagnosis(List<Finding> findings, List<ReportedVerdict> policyVerdicts) {

  /** A diagnosis without any knowledge. */
  public static final Diagnosis NONE = new Diagnosis(List.of(), List.of());

  public Diagnosis {
    findings = List.copyOf(findings);
    policyVerdicts = List.copyOf(policyVerdicts);
  }

  /** Returns the diagnosis with the owners of the namespaces that findings are about. */
  public Diagnosis ownedBy(NamespaceOwners owners) {
    return owners.byNamespace().isEmpty()
        ? this
        : new Diagnosis(
            findings.stream().map(finding -> finding.ownedBy(owners)).toList(), policyVerdicts);
  }

  /** Returns the diagnosis without verdicts. */
  public Diagnosis withoutVerdicts() {
    return new Diagnosis(findings, List.of());
  }

  /** Returns the part that concerns one namespace, with the pods of that namespace. */
  public Diagnosis of(String namespace) {
    return new Diagnosis(
        findings.stream()
            .filter(finding -> finding.subject().namespaces().contains(namespace))
            .map(finding -> finding.about(finding.subject().podsOf(namespace)))
            .toList(),
        policyVerdicts.stream().filter(verdict -> verdict.namespace().equals(namespace)).toList());
  }

  /**
   * Returns the findings that concern one node, each with that node alone. Verdicts are of paths,
   * whose nodes they do not have, so there are none.
   */
  public Diagnosis onNode(String node) {
    return new Diagnosis(
        findings.stream()
            .filter(finding -> concerns(finding.subject().nodes(), node))
            .map(finding -> finding.about(finding.subject().on(List.of(node))))
            .toList(),
        List.of());
  }

  /** An agent's findings have no nodes: they concern its own. */
  private static boolean concerns(List<String> nodes, String node) {
    return nodes.isEmpty() || nodes.contains(node);
  }
}
