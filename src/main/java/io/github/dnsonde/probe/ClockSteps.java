package io.github.dnsonde.probe;

import java.time.Duration;
import java.time.Instant;

/**
 * Detects that the wall clock was set, by its movement against the ticker. Code that remembers and
 * compares wall clock times moves them by the same step: what was ten seconds ago is still ten
 * seconds ago by the new clock. Not thread-safe.
 */
public final class ClockSteps {

  /**
   * The smallest step. Smaller differences come from the gradual correction of a clock that runs
   * fast or slow.
   */
  public static final Duration NOTICEABLE = Duration.ofSeconds(1);

  private final Ticker ticker;
  private Instant origin;

  /** Creates an instance that compares with the clocks as they are now. */
  public ClockSteps(Ticker ticker) {
    this.ticker = ticker;
    this.origin = origin();
  }

  /** Returns the step since the last call, or zero if it is not noticeable. */
  public Duration step() {
    Instant now = origin();
    Duration step = Duration.between(origin, now);
    if (step.abs().compareTo(NOTICEABLE) < 0) {
      return Duration.ZERO;
    }
    origin = now;
    return step;
  }

  /** The wall clock time at which the ticker was at 0. */
  private Instant origin() {
    return ticker.now().minusNanos(ticker.nanos());
  }
}
