package io.github.dnsonde.metrics;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** Times as Prometheus counts them: decimal seconds, and Unix time. */
final class Seconds {

  private Seconds() {}

  static double of(Duration duration) {
    return decimal(duration.getSeconds(), duration.getNano());
  }

  static double of(Instant instant) {
    return decimal(instant.getEpochSecond(), instant.getNano());
  }

  /** The nearest double: a sum of doubles would show digits that nobody measured. */
  private static double decimal(long seconds, int nanos) {
    return BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9)).doubleValue();
  }
}
