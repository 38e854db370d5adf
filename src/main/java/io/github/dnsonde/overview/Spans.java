package io.github.dnsonde.overview;

import java.time.Duration;
import java.time.Instant;

/** Spans of time in words. */
public final class Spans {

  private Spans() {}

  /** {@code 4 s}, {@code 12 min 5 s}, {@code 3 h 10 min}. */
  static String between(Instant from, Instant to) {
    Duration span = Duration.between(from, to);
    if (span.isNegative()) {
      return "0 s";
    }
    if (span.toMinutes() < 2) {
      return span.toSeconds() + " s";
    }
    return span.toHours() < 2
        ? span.toMinutes() + " min " + span.toSecondsPart() + " s"
        : span.toHours() + " h " + span.toMinutesPart() + " min";
  }

  /** In one unit: {@code 4 s}, {@code 12 min}, {@code 3 h}, {@code 5 d}. */
  public static String rough(Instant from, Instant to) {
    Duration span = Duration.between(from, to);
    if (span.toSeconds() < 120) {
      return Math.max(0, span.toSeconds()) + " s";
    }
    if (span.toMinutes() < 120) {
      return span.toMinutes() + " min";
    }
    return span.toHours() < 48 ? span.toHours() + " h" : span.toDays() + " d";
  }
}
