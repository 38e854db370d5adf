package io.github.dnsonde.divide;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives each node its share of the budget, in proportion to its work. The shares that agents use
 * never add up to more than the budget: one may only become larger by what others have given up. A
 * share counts until its agent has reported a smaller one. Agents that have not reported, such as
 * those that a restarted controller has not heard of yet, count with the largest share there is.
 */
final class Shares {

  /** A node without work gets this part of an equal share, so that it can start. */
  private static final double LEAST = 0.1;

  private static final int ROUNDS = 5;

  private final Terms terms;
  private final Collection<NodeWork> nodes;
  private final Division former;

  Shares(Terms terms, Collection<NodeWork> nodes, Division former) {
    this.terms = terms;
    this.nodes = nodes;
    this.former = former;
  }

  /**
   * Returns the share of each node.
   *
   * @param work the queries per second that each node needs
   * @param peaks those that it needs in its busiest period
   */
  Map<String, Double> of(Map<String, Double> work, Map<String, Double> peaks) {
    Map<String, Double> due = due(weights(work, peaks));
    double held = 0;
    double wanted = 0;
    for (NodeWork node : nodes) {
      double now = former.held(node);
      held += now;
      wanted += Math.max(0, due.getOrDefault(node.node(), 0.0) - now);
    }
    double free = Math.max(0, terms.budget() - terms.withheld(nodes.size()) - held);
    double granted = wanted <= free ? 1 : free / wanted;
    Map<String, Double> shares = new HashMap<>();
    for (NodeWork node : nodes) {
      double now = former.held(node);
      double more = due.getOrDefault(node.node(), 0.0) - now;
      shares.put(node.node(), now + (more > 0 ? more * granted : more));
    }
    return shares;
  }

  /**
   * The part of the budget that nobody needs on average goes to the nodes whose work is the least
   * even. Otherwise their queries would wait for each other.
   */
  private Map<String, Double> weights(Map<String, Double> work, Map<String, Double> peaks) {
    double spare = terms.usable(nodes.size()) - sum(work);
    double uneven = sum(peaks) - sum(work);
    double part = uneven <= 0 ? 0 : Math.clamp(spare / uneven, 0, 1);
    Map<String, Double> weights = new HashMap<>();
    work.forEach(
        (node, rate) -> weights.put(node, rate + part * (peaks.getOrDefault(node, rate) - rate)));
    return weights;
  }

  private static double sum(Map<String, Double> rates) {
    return rates.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The shares in proportion, each at most the largest. What some leave goes to the others. */
  private Map<String, Double> due(Map<String, Double> work) {
    double usable = terms.usable(nodes.size());
    double least = LEAST * terms.equalShare();
    Map<String, Double> due = new HashMap<>();
    Map<String, Double> open = new HashMap<>();
    work.forEach((node, rate) -> open.put(node, Math.max(rate, least)));
    double left = usable;
    for (int round = 0; round < ROUNDS && !open.isEmpty(); round++) {
      double sum = sum(open);
      double perQuery = left / sum;
      Map<String, Double> capped = new HashMap<>();
      open.forEach(
          (node, rate) -> {
            if (rate * perQuery > terms.largestShare()) {
              capped.put(node, terms.largestShare());
            }
          });
      due.putAll(capped);
      open.keySet().removeAll(capped.keySet());
      left = usable - sum(due);
      if (capped.isEmpty()) {
        open.forEach((node, rate) -> due.put(node, rate * perQuery));
        return due;
      }
    }
    double rest = Math.max(0, left) / Math.max(1, open.size());
    open.keySet().forEach(node -> due.put(node, Math.min(rest, terms.largestShare())));
    return due;
  }
}
