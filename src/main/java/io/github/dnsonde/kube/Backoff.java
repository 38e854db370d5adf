package io.github.dnsonde.kube;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Pauses that grow with each failure in a row. Their length is random, so that a thousand agents do
 * not return at the same moment. Belongs to one thread.
 */
final class Backoff {

  private final Duration longest;
  private final Duration first;
  private final Supplier<? extends RandomGenerator> random;
  private Duration bound;

  Backoff(Timing timing, Supplier<? extends RandomGenerator> random) {
    this.first = timing.firstPause();
    this.longest = timing.longestPause();
    this.random = random;
    this.bound = first;
  }

  /** The time to wait now: a random part of a bound that doubles. */
  Duration next() {
    Duration pause = Duration.ofNanos(random.get().nextLong(bound.toNanos() + 1));
    Duration doubled = bound.multipliedBy(2);
    bound = doubled.compareTo(longest) < 0 ? doubled : longest;
    return pause;
  }

  /** Notes a success: the next failure is the first of a row. */
  void reset() {
    bound = first;
  }
}
