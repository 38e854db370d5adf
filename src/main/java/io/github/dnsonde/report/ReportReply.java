package io.github.dnsonde.report;

import java.util.Optional;
import java.util.Set;

/**
 * The controller's reply to a report.
 *
 * @param nodeShare the node's part of the work; empty while the controller does not divide it
 */
public record ReportReply(Optional<NodeShare> nodeShare) {

  /** A reply without a division of work. */
  public static final ReportReply NONE = new ReportReply(Optional.empty());

  /**
   * The part of the cluster's work that one node does.
   *
   * @param queriesPerSecond the limit for its queries to servers that are not on the node
   * @param core the classes that it probes with the full period
   * @param nodes the number of nodes that share the work
   */
  public record NodeShare(double queriesPerSecond, Set<ClassKey> core, int nodes) {
    public NodeShare {
      Limits.amount("queriesPerSecond", queriesPerSecond);
      Limits.number("core classes", core.size(), Limits.CLASSES);
      core = Set.copyOf(core);
      if (nodes < 1) {
        throw new IllegalArgumentException("the work is shared by " + nodes + " nodes");
      }
    }
  }
}
