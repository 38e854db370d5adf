package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * The latest outcomes of one trial with the same result.
 *
 * @param latest the last tested one
 * @param length the number of these outcomes, at least 1
 * @param since the time of the first
 */
public record TrialStreak(TrialOutcome latest, TrialResult result, int length, Instant since) {

  public TrialStreak {
    requireNonNull(latest, "latest is null");
    requireNonNull(result, "result is null");
    requireNonNull(since, "since is null");
    if (length < 1) {
      throw new IllegalArgumentException("a streak has at least one outcome, found " + length);
    }
  }

  /** Begins with an outcome that has this result. */
  public static TrialStreak begin(TrialOutcome outcome, TrialResult result) {
    return new TrialStreak(outcome, result, 1, outcome.at());
  }

  /** Returns the streak after the next tested outcome, which has this result. */
  public TrialStreak then(TrialOutcome next, TrialResult nextResult) {
    return nextResult == result
        ? new TrialStreak(next, result, length + 1, since)
        : begin(next, nextResult);
  }

  /** Returns a copy with times moved by this much, after the wall clock was set. */
  public TrialStreak clockSet(Duration by) {
    return new TrialStreak(latest, result, length, since.plus(by));
  }
}
