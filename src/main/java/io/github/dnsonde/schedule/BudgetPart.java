package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Pace;

/**
 * The quarter of each limit of the budget that some queries share; the probes have what they leave.
 * Pure: time comes in as a number.
 */
final class BudgetPart {

  private static final double PART = 0.25;

  private final RateLimiter node;
  private final RateLimiter share;

  /** Creates an allowance of which nothing is used. */
  BudgetPart(Pace pace, long now) {
    this.node = new RateLimiter(pace.budget() * PART, now);
    this.share = new RateLimiter(pace.offNode() * PART, now);
  }

  /** Switches to the limits of this pace. */
  void follow(Pace pace, long now) {
    node.rate(pace.budget() * PART, now);
    share.rate(pace.offNode() * PART, now);
  }

  /** The time from which the next query may be sent. */
  long from(boolean offNode) {
    return offNode ? Math.max(node.from(), share.from()) : node.from();
  }

  /** Counts a query. */
  void take(boolean offNode, long now) {
    node.take(now);
    if (offNode) {
      share.take(now);
    }
  }
}
