package io.github.dnsonde.merge;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.finding.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The findings that only agents make, which nothing else confirms: of one cause, what most nodes
 * say; of all causes, no more than a reader and a response have room for.
 */
final class AgentFindings {

  /** The causes that are kept. With the limits of each, they have about 1 MiB as JSON. */
  static final int MOST = 200;

  /** The sentences of evidence for a cause. */
  static final int EVIDENCE = 3;

  /** The pods and the nodes that one finding lists; the number of all its nodes is kept. */
  static final int NAMES = 50;

  private AgentFindings() {}

  /**
   * Returns the finding whose sentence most nodes agree on; of equals that with the least sentence,
   * so that it stays the same.
   *
   * @param cause one of each node
   */
  static Finding typical(List<Finding> cause) {
    Map<String, List<Finding>> bySentence =
        cause.stream().collect(groupingBy(Finding::sentence, TreeMap::new, toList()));
    return bySentence.values().stream()
        .reduce((one, other) -> other.size() > one.size() ? other : one)
        .map(List::getFirst)
        .orElseThrow();
  }

  /** The time from which on two nodes had seen it: one clock, or one node, may be wrong. */
  static Instant since(List<Finding> cause) {
    return cause.stream()
        .map(Finding::since)
        .sorted()
        .skip(cause.size() > 1 ? 1 : 0)
        .findFirst()
        .orElseThrow();
  }

  /** Returns all findings but those of agents beyond the limit: of these the worst are kept. */
  static List<Finding> limited(List<Finding> all) {
    Set<Finding.Cause> kept =
        all.stream()
            .filter(finding -> finding.code().isOfAgent())
            .sorted(
                comparing((Finding finding) -> !finding.code().hurts())
                    .thenComparing(
                        comparingInt((Finding finding) -> finding.subject().nodeCount()).reversed())
                    .thenComparing(finding -> finding.since())
                    .thenComparing(finding -> finding.sentence()))
            .limit(MOST)
            .map(Finding::cause)
            .collect(toSet());
    return all.stream()
        .filter(finding -> !finding.code().isOfAgent() || kept.contains(finding.cause()))
        .toList();
  }
}
