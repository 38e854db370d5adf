package io.github.dnsonde.probe;

import java.time.Duration;

/**
 * The limits of probing in time and number.
 *
 * @param period the interval between two queries of a probe, if the budget allows
 * @param timeout the longest wait for an answer, including the connection
 * @param late a right answer that takes longer is {@link Reason#LATE}: Go's and glibc's resolvers
 *     have given up by then; at most {@code timeout}
 * @param inFlight maximum number of queries in flight; each holds one socket
 * @param budget queries per second, all probes together; more than 0
 * @param share the part of the cluster's work
 */
public record Pace(
    Duration period, Duration timeout, Duration late, int inFlight, double budget, Share share) {

  /** Ten seconds, 7.5 s, 5 s, 512 in flight, 50 a second. */
  public static final Pace DEFAULT =
      new Pace(Duration.ofSeconds(10), Duration.ofMillis(7_500), Duration.ofSeconds(5), 512, 50);

  /**
   * An agent's part of the work of all agents.
   *
   * @param offNode queries per second to servers that do not run on the node; more than 0
   * @param background the period of background vantages
   * @param origin the time, in the ticker's nanoseconds, at which the clock of all agents was 0;
   *     turns begin at its multiples
   */
  public record Share(double offNode, Duration background, long origin) {

    /** The share of an agent that has no others: all of it. */
    public static final Share ALL = new Share(Double.MAX_VALUE, Duration.ofMinutes(5), 0);

    public Share {
      if (!(offNode > 0)) {
        throw new IllegalArgumentException("a share must be more than 0, found " + offNode);
      }
      requirePositive("background", background);
    }
  }

  /** Creates the pace of an agent that shares its work with no other. */
  public Pace(Duration period, Duration timeout, Duration late, int inFlight, double budget) {
    this(period, timeout, late, inFlight, budget, Share.ALL);
  }

  public Pace {
    requirePositive("period", period);
    requirePositive("timeout", timeout);
    requirePositive("late", late);
    if (late.compareTo(timeout) > 0) {
      throw new IllegalArgumentException("late " + late + " is more than timeout " + timeout);
    }
    if (inFlight < 1 || !(budget > 0)) {
      throw new IllegalArgumentException(
          "in-flight must be at least 1 and budget more than 0, found "
              + inFlight
              + " and "
              + budget);
    }
  }

  /** Returns a copy with another timeout. */
  public Pace waiting(Duration changed) {
    return new Pace(
        period, changed, late.compareTo(changed) < 0 ? late : changed, inFlight, budget, share);
  }

  /** Returns a copy with at most this many queries per second. */
  public Pace within(double most) {
    return new Pace(period, timeout, late, inFlight, Math.min(budget, most), share);
  }

  /** Returns a copy with another part of the cluster's work. */
  public Pace sharing(Share changed) {
    return new Pace(period, timeout, late, inFlight, budget, changed);
  }

  /** The interval between two queries of a probe of a vantage with this role. */
  public Duration period(Role role) {
    return switch (role) {
      case Role.Core(_, int of) -> period.multipliedBy(of);
      case Role.Background _ -> share.background();
    };
  }

  /** The limit of queries per second to servers that do not run on the node. */
  public double offNode() {
    return Math.min(budget, share.offNode());
  }

  private static void requirePositive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(name + " must be more than 0, found " + duration);
    }
  }
}
