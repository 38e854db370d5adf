package io.github.dnsonde.probe;

import java.time.Duration;

/**
 * How often, how long and how much.
 *
 * @param period from one asking of a probe to the next, when the budget allows
 * @param timeout how long an answer is waited for, connecting included
 * @param late a right answer that takes longer is {@link Reason#LATE}: Go's and glibc's resolvers
 *     have given up by then; at most {@code timeout}
 * @param inFlight questions that may wait for their answers at once; each holds one socket
 * @param budget questions per second, all probes together; more than 0
 */
public record Pace(Duration period, Duration timeout, Duration late, int inFlight, double budget) {

  /** Ten seconds, 7.5 s, 5 s, 512 at once, 50 a second. */
  public static final Pace DEFAULT =
      new Pace(Duration.ofSeconds(10), Duration.ofMillis(7_500), Duration.ofSeconds(5), 512, 50);

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

  /** The same, but for how long an answer is waited for. */
  public Pace waiting(Duration changed) {
    return new Pace(
        period, changed, late.compareTo(changed) < 0 ? late : changed, inFlight, budget);
  }

  /** The same, with no more than so many questions per second. */
  public Pace within(double most) {
    return new Pace(period, timeout, late, inFlight, Math.min(budget, most));
  }

  private static void requirePositive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(name + " must be more than 0, found " + duration);
    }
  }
}
