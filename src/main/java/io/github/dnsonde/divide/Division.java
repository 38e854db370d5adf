package io.github.dnsonde.divide;

import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The division of the cluster's work among its nodes, with what the next one needs to know about
 * it. Immutable.
 */
public final class Division {

  /** The division of a controller that has just started. */
  public static final Division NONE =
      new Division(false, Terms.BACKGROUND, 0, Map.of(), Map.of(), Map.of());

  /**
   * The time for which a restarted controller waits for the reports of all agents. A division among
   * the first few would make them core for every class.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final boolean whole;
  private final Duration background;
  private final long at;
  private final Map<String, NodeDivision> nodes;
  private final Map<ClassKey, List<Member>> members;
  private final Map<String, Held> held;

  Division(
      boolean whole,
      Duration background,
      long at,
      Map<String, NodeDivision> nodes,
      Map<ClassKey, List<Member>> members,
      Map<String, Held> held) {
    this.whole = whole;
    this.background = background;
    this.at = at;
    this.nodes = Map.copyOf(nodes);
    this.members = Map.copyOf(members);
    this.held = Map.copyOf(held);
  }

  /**
   * A core node of a class.
   *
   * @param slot the number of its turn among the nodes that the class was given
   * @param lastChosen the time when it was last chosen, and is not core just because it was before
   */
  record Member(String node, int slot, long lastChosen) {}

  /**
   * The largest share that an agent may use, whichever of the replies since its report it received.
   */
  record Held(long report, double share) {}

  /**
   * Returns true if a controller may divide the work.
   *
   * @param reported the number of nodes that have reported
   * @param agents the number of nodes that should run an agent; 0 if it is not known
   * @param running the time since the controller started
   */
  public static boolean mayStart(int reported, int agents, Duration running) {
    return (agents > 0 && reported >= agents) || running.compareTo(PATIENCE) >= 0;
  }

  /**
   * Returns the next division.
   *
   * @param work the nodes that exist and have reported, each once
   * @param now the time in nanoseconds, by a clock that is not set
   */
  public Division next(Terms terms, Collection<NodeWork> work, long now) {
    return new Dividing(terms, work, this, now).divide();
  }

  /** Returns a node's part; empty if it was not known. */
  public Optional<NodeDivision> of(String node) {
    return Optional.ofNullable(nodes.get(node));
  }

  /** Returns true if every vantage is core, because the whole plan fits the budget. */
  public boolean whole() {
    return whole;
  }

  /** The period of background vantages. */
  public Duration background() {
    return background;
  }

  /** The sum of all shares, in queries per second. */
  public double shares() {
    return nodes.values().stream().mapToDouble(NodeDivision::share).sum();
  }

  long at() {
    return at;
  }

  /** Returns the largest share that a node's agent may use until it reports again. */
  double held(NodeWork node) {
    Held known = held.get(node.node());
    if (known == null) {
      return node.share();
    }
    double latest = of(node.node()).map(NodeDivision::share).orElse(0.0);
    return Math.max(node.report() == known.report() ? known.share() : node.share(), latest);
  }

  List<Member> members(ClassKey key) {
    return members.getOrDefault(key, List.of());
  }
}
