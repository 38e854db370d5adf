package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import java.util.ArrayList;
import java.util.List;

/** The load of the plans of all nodes together. */
final class ClusterLoad {

  private final Pace wanted;
  private final List<Node> nodes = new ArrayList<>();

  /**
   * Creates an empty load.
   *
   * @param wanted the configured pace
   */
  ClusterLoad(Pace wanted) {
    this.wanted = wanted;
  }

  /** Adds a node. */
  void add(Plan plan) {
    nodes.add(new Node(plan.vantages().size(), plan.probes().size()));
  }

  double vantagesPerNode() {
    return nodes.stream().mapToInt(Node::vantages).average().orElseThrow();
  }

  double probesPerNode() {
    return nodes.stream().mapToInt(Node::probes).average().orElseThrow();
  }

  /** Returns the queries per second if every probe had its turn once a period. */
  double wanted() {
    return nodes.stream().mapToDouble(this::wanted).sum();
  }

  /** Returns the queries per second within each node's budget. */
  double withinNodes() {
    return nodes.stream().mapToDouble(node -> Math.min(wanted(node), wanted.budget())).sum();
  }

  private double wanted(Node node) {
    return node.probes * 1e9 / wanted.period().toNanos();
  }

  private record Node(int vantages, int probes) {}
}
