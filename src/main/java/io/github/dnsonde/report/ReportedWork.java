package io.github.dnsonde.report;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The work of a node's whole plan, by which the controller divides the work of the cluster. Only
 * queries to servers off the node count.
 *
 * @param share the largest limit of queries per second that the agent uses until its next report
 * @param agents the number of nodes that should run an agent; 0 if it is not known
 * @param other queries per second that belong to no class
 * @param classes the classes of its vantages, each once
 */
public record ReportedWork(double share, int agents, double other, List<ClassRound> classes) {

  public ReportedWork {
    Limits.amount("share", share);
    Limits.amount("agents", agents);
    Limits.amount("other", other);
    Limits.number("classes", classes.size(), Limits.CLASSES);
    classes = List.copyOf(classes);
    Set<ClassKey> keys = new HashSet<>();
    for (ClassRound round : classes) {
      if (!keys.add(round.key())) {
        throw new IllegalArgumentException("a class is listed twice");
      }
    }
  }

  /**
   * The queries of one class.
   *
   * @param queries the queries of one round with all questions
   * @param background the queries of one round in the background
   * @param core true if it is core by a division that the agent has received
   */
  public record ClassRound(ClassKey key, int queries, int background, boolean core) {
    public ClassRound {
      requireNonNull(key, "key is null");
      if (background < 0 || background > queries || queries > Limits.QUERIES) {
        throw new IllegalArgumentException(
            "a round has "
                + queries
                + " queries, in the background "
                + background
                + ", expected 0 to "
                + Limits.QUERIES);
      }
    }
  }
}
