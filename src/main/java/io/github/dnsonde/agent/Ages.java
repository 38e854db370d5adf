package io.github.dnsonde.agent;

import java.time.Duration;
import java.time.Instant;

/** The ages of a report: never negative, and never so large that they only show a clock's error. */
final class Ages {

  private static final Duration MOST = Duration.ofDays(365);

  private Ages() {}

  static Duration between(Instant then, Instant now) {
    return bounded(Duration.between(then, now));
  }

  static Duration bounded(Duration age) {
    if (age.isNegative()) {
      return Duration.ZERO;
    }
    return age.compareTo(MOST) > 0 ? MOST : age;
  }
}
