package io.github.dnsonde.controller;

import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The limit of questions to the API server: evenly spaced, with a short queue. After a restart of
 * the controller, all agents come at once, and those in the queue need not come again. Thread-safe.
 */
final class ReviewPace {

  /** At most 20 a second. */
  private static final long SPACING = Duration.ofMillis(50).toNanos();

  /** The longest time in the queue: shorter than the time that an agent waits for its reply. */
  private static final long LONGEST_WAIT = Duration.ofSeconds(2).toNanos();

  private final Ticker ticker;
  private long next;

  ReviewPace(Ticker ticker) {
    this.ticker = ticker;
    this.next = ticker.nanos();
  }

  /** Reserves a turn. Returns the nanoseconds until then; empty if the queue is full. */
  synchronized OptionalLong reserve() {
    long now = ticker.nanos();
    long turn = Math.max(next, now);
    if (turn - now > LONGEST_WAIT) {
      return OptionalLong.empty();
    }
    next = turn + SPACING;
    return OptionalLong.of(turn - now);
  }
}
