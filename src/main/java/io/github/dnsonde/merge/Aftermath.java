package io.github.dnsonde.merge;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.report.PathState;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state of a cluster after a finding is gone. It may be over, or another may have taken its
 * place, or nobody knows: its pods or its agents are gone. Belongs to one thread.
 */
final class Aftermath {

  private final ClusterSight sight;
  private final Set<String> reporting;
  private final Instant now;
  private Optional<Map<String, Set<String>>> answered = Optional.empty();

  /**
   * Creates it.
   *
   * @param reporting the nodes whose agents report
   */
  Aftermath(ClusterSight sight, Set<String> reporting, Instant now) {
    this.sight = sight;
    this.reporting = reporting;
    this.now = now;
  }

  /** Returns true if queries of a namespace fail, whatever the cause. */
  boolean isFailing(String namespace) {
    return sight.findings().stream()
        .anyMatch(
            finding ->
                finding.code().cutsOff() && finding.subject().namespaces().contains(namespace));
  }

  /** Returns true if a shared cause has been replaced by another one of the same servers. */
  boolean hasSuccessor(Finding gone) {
    return sight.findings().stream()
        .filter(finding -> finding.code().cutsOff() && !finding.code().isOfNamespace())
        .anyMatch(
            finding ->
                overlap(finding.subject().servers(), gone.subject().servers())
                    && overlap(finding.subject().nodes(), gone.subject().nodes()));
  }

  /** An empty list stands for all. */
  private static boolean overlap(List<String> one, List<String> other) {
    return one.isEmpty() || other.isEmpty() || !Collections.disjoint(one, other);
  }

  /** Returns true if queries that failed are answered, by the reports of agents that saw both. */
  boolean isAnswered(EventTopic topic, Finding gone) {
    List<String> nodes = gone.subject().nodes();
    if (!nodes.isEmpty() && Collections.disjoint(nodes, reporting)) {
      return false;
    }
    List<String> namespaces =
        topic.shared() ? gone.subject().namespaces() : List.of(topic.namespace());
    return namespaces.stream()
        .map(namespace -> answered().getOrDefault(namespace, Set.of()))
        .anyMatch(servers -> !Collections.disjoint(servers, gone.subject().servers()));
  }

  /** The servers that answer queries, by the namespaces that they come from. */
  private Map<String, Set<String>> answered() {
    Map<String, Set<String>> found =
        answered.orElseGet(
            () ->
                sight.nodes().stream()
                    .filter(node -> !node.isSilent(now))
                    .flatMap(node -> node.report().vantages().stream())
                    .flatMap(
                        vantage ->
                            vantage.paths().stream()
                                .filter(path -> path.state() == PathState.GOOD)
                                .map(path -> Map.entry(vantage.namespace(), path.server().name())))
                    .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toSet()))));
    answered = Optional.of(found);
    return found;
  }
}
