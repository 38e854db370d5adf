package io.github.dnsonde.divide;

import java.time.Duration;

/**
 * The settings of a division.
 *
 * @param budget queries per second that all agents together may send to servers off their node
 * @param agents the number of nodes that should run an agent; 0 if it is not known
 * @param nodesPerClass the number of nodes that take turns with a class
 * @param period the time that one turn lasts
 * @param background the period of background vantages, if the budget allows
 */
public record Terms(
    double budget, int agents, int nodesPerClass, Duration period, Duration background) {

  /** The usual number of nodes that take turns with a class. */
  public static final int NODES_PER_CLASS = 3;

  /** The usual period of background vantages: five minutes with the time that a query may wait. */
  public static final Duration BACKGROUND = Duration.ofSeconds(285);

  /** The part of the budget that is not given away: for agents that join. */
  private static final double RESERVE = 0.02;

  /** The most that a node gets, as a multiple of an equal share. */
  private static final double MOST = 2;

  public Terms {
    if (!(budget > 0) || agents < 0 || nodesPerClass < 1) {
      throw new IllegalArgumentException(
          "a division needs a budget and nodes for a class, found "
              + budget
              + ", "
              + agents
              + " agents and "
              + nodesPerClass);
    }
    if (!period.isPositive() || !background.isPositive()) {
      throw new IllegalArgumentException(
          "periods must be more than 0, found " + period + " and " + background);
    }
  }

  /** Creates the usual terms. */
  public static Terms of(double budget, int agents, Duration period) {
    return of(budget, agents, NODES_PER_CLASS, period);
  }

  /** Creates terms with the usual period of background vantages. */
  public static Terms of(double budget, int agents, int nodesPerClass, Duration period) {
    Duration background = BACKGROUND.compareTo(period) < 0 ? period : BACKGROUND;
    return new Terms(budget, agents, nodesPerClass, period, background);
  }

  /** The share of an agent that has never had a division; the whole budget if it may be alone. */
  public double equalShare() {
    return budget / Math.max(1, agents);
  }

  /** The largest share. An agent limits itself to it, whatever an earlier division said. */
  public double largestShare() {
    return Math.min(budget, MOST * equalShare());
  }

  /** The part of the budget that agents may hold that the controller has not heard of. */
  double withheld(int reported) {
    return Math.max(0, agents - reported) * largestShare();
  }

  /** The part of the budget that known nodes are to share. */
  double usable(int reported) {
    return budget - Math.clamp(withheld(reported), RESERVE * budget, (1 - RESERVE) * budget);
  }
}
