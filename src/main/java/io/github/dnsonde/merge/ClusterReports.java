package io.github.dnsonde.merge;

import io.github.dnsonde.overview.NodeInput;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The latest report of each node, in memory only: agents report again soon. A node whose agent
 * falls silent ages visibly before it is forgotten. Thread-safe.
 */
public final class ClusterReports {

  /** The time after which a silent node is forgotten: it was removed, or stays unknown. */
  static final Duration FORGOTTEN = Duration.ofMinutes(10);

  /**
   * Twice the nodes that Kubernetes supports (documentation, "Considerations for large clusters").
   */
  static final int NODES = 10_000;

  private final Map<String, NodeInput> latest = new TreeMap<>();

  /**
   * Replaces the node's report. Returns false if the report is of one node too many; then it is
   * ignored.
   */
  public synchronized boolean put(NodeInput node) {
    if (latest.size() >= NODES && !latest.containsKey(node.node())) {
      return false;
    }
    latest.put(node.node(), node);
    return true;
  }

  /** Moves the times of arrival after the wall clock was set by this much. */
  public synchronized void clockSet(Duration by) {
    latest.replaceAll(
        (_, node) -> new NodeInput(node.report(), node.received().plus(by), node.zone()));
  }

  /** Returns the latest reports by the names of the nodes, without those that are forgotten. */
  public synchronized List<NodeInput> at(Instant now) {
    latest
        .values()
        .removeIf(node -> Duration.between(node.received(), now).compareTo(FORGOTTEN) > 0);
    return List.copyOf(latest.values());
  }
}
