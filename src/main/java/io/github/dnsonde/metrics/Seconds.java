package io.github.dnsonde.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times as Prometheus counts them: decimal seconds, and Unix time.
 *
 * <p>One division of an integer that a double holds exactly gives the nearest double. A sum would
 * show digits that were not measured.
 */
final class Seconds {

  private Seconds() {}

  /** A duration to the nanosecond, up to a hundred days. */
  static double of(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** A time to the microsecond. */
  static double of(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant) / 1e6;
  }
}
