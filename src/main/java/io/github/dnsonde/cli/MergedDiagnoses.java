package io.github.dnsonde.cli;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The diagnoses of several agents as one: findings with one cause become one finding, which names
 * the nodes. For clusters without a controller, which does the same with more knowledge.
 */
final class MergedDiagnoses {

  private MergedDiagnoses() {}

  /** Merges diagnoses, by the name of their node. */
  static Diagnosis of(SortedMap<String, Diagnosis> nodes) {
    Map<Finding.Cause, Finding> causes = new LinkedHashMap<>();
    nodes.forEach(
        (node, diagnosis) ->
            diagnosis
                .findings()
                .forEach(
                    finding ->
                        causes.merge(finding.cause(), on(node, finding), MergedDiagnoses::merged)));
    return new Diagnosis(
        new ArrayList<>(causes.values()),
        nodes.values().stream().flatMap(diagnosis -> diagnosis.policyVerdicts().stream()).toList());
  }

  private static Finding on(String node, Finding finding) {
    return with(finding, finding, finding.subject().on(List.of(node)));
  }

  private static Finding merged(Finding one, Finding other) {
    return with(one, other, one.subject().and(other.subject())).since(other.since());
  }

  private static Finding with(Finding one, Finding other, Finding.Subject subject) {
    return new Finding(
        one.code(),
        subject,
        one.confidence(),
        one.since(),
        one.sentence(),
        Stream.concat(one.evidence().stream(), other.evidence().stream()).distinct().toList(),
        one.policies(),
        one.suggestedPolicy().or(other::suggestedPolicy),
        Stream.concat(one.owners().stream(), other.owners().stream()).distinct().sorted().toList());
  }
}
