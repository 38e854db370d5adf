package io.github.dnsonde.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times as Prometheus counts them: decimal seconds, and Unix time.
 *
 * <p>One division of an integer that a double holds exactly gives the nearest double there is: a
 * sum would show digits that nobody measured.
 */
final class Seconds {

  private Seconds() {}

  /** To the nanosecond, up to a hundred days. */
  static double of(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** To the microsecond. */
  static double of(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant) / 1e6;
  }
}
