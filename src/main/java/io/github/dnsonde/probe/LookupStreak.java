package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * The latest outcomes of one lookup that are alike: all found, or all failed.
 *
 * @param latest the last tested one
 * @param length the number of these outcomes, at least 1
 * @param since the time of the first
 */
public record LookupStreak(LookupOutcome latest, int length, Instant since) {

  public LookupStreak {
    requireNonNull(latest, "latest is null");
    requireNonNull(since, "since is null");
    if (length < 1) {
      throw new IllegalArgumentException("a streak has at least one outcome, found " + length);
    }
  }

  /** Begins with an outcome. */
  public static LookupStreak begin(LookupOutcome outcome) {
    return new LookupStreak(outcome, 1, outcome.at());
  }

  /** Returns the streak after the next tested outcome. */
  public LookupStreak then(LookupOutcome next) {
    return found() == next.result() instanceof LookupOutcome.Result.Found
        ? new LookupStreak(next, length + 1, since)
        : begin(next);
  }

  /** Returns true if its outcomes are successes. */
  public boolean found() {
    return latest.result() instanceof LookupOutcome.Result.Found;
  }

  /** Returns a copy with times moved by this much, after the wall clock was set. */
  public LookupStreak clockSet(Duration by) {
    return new LookupStreak(latest, length, since.plus(by));
  }
}
