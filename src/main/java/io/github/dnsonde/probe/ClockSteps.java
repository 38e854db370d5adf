package io.github.dnsonde.probe;

import java.time.Duration;
import java.time.Instant;

/**
 * Notices that the clock of the day was set, by what it has moved against the ticker. Whoever
 * remembers times of day and compares them moves them by as much: what was ten seconds ago is so by
 * the new clock too. Belongs to one thread, or to whoever holds a lock.
 */
public final class ClockSteps {

  /** Less is the steady correction of a clock that runs too fast or too slow. */
  public static final Duration NOTICEABLE = Duration.ofSeconds(1);

  private final Ticker ticker;
  private Instant origin;

  /** Compares with how things are now. */
  public ClockSteps(Ticker ticker) {
    this.ticker = ticker;
    this.origin = origin();
  }

  /** By how much it was set since the last call; nothing, if not noticeably. */
  public Duration step() {
    Instant now = origin();
    Duration step = Duration.between(origin, now);
    if (step.abs().compareTo(NOTICEABLE) < 0) {
      return Duration.ZERO;
    }
    origin = now;
    return step;
  }

  /** The time of day at which the ticker would have been at 0. */
  private Instant origin() {
    return ticker.now().minusNanos(ticker.nanos());
  }
}
