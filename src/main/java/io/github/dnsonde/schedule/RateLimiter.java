package io.github.dnsonde.schedule;

import java.time.Duration;

/**
 * A rate limit, spread evenly: a virtual scheduling algorithm (GCRA, ITU-T I.371 Annex A), which
 * needs one number for its state. Unused allowance is lost, except for that of the last fifth of a
 * second: the probes of a burst go at once.
 */
final class RateLimiter {

  private static final long SLACK = Duration.ofMillis(200).toNanos();

  private long spacing;
  private long spent;

  /** Creates an allowance of which nothing is used by {@code now}. */
  RateLimiter(double perSecond, long now) {
    this.spacing = spacing(perSecond);
    this.spent = now;
  }

  private static long spacing(double perSecond) {
    return Math.max(1, Math.round(Duration.ofSeconds(1).toNanos() / perSecond));
  }

  /** Changes the rate. Allowance taken in advance stays owed, and is paid back at the new rate. */
  void rate(double perSecond, long now) {
    long changed = spacing(perSecond);
    if (spent > now) {
      spent = now + Math.round((double) (spent - now) / spacing * changed);
    }
    spacing = changed;
  }

  /** The time from which the next one may be taken. */
  long from() {
    return spent - Math.max(0, SLACK - spacing);
  }

  /** The time from which so many may be taken at once, or as many as ever may be. */
  long from(int count) {
    long atOnce = Math.clamp(count, 1, Math.max(1, SLACK / spacing));
    return from() + (atOnce - 1) * spacing;
  }

  /** Takes one that fell due at {@code turn}. */
  void take(long turn) {
    spent = Math.max(spent, turn) + spacing;
  }
}
