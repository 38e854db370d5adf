package io.github.dnsonde.log;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Durations as Go writes them, so that tools for Go's logs can read them. */
final class Elapsed {

  private static final int DECIMALS = 3;
  private static final int NANOS_PER_MILLI = 6;
  private static final int NANOS_PER_SECOND = 9;

  private Elapsed() {}

  /**
   * The text, such as {@code 0.25ms}, {@code 12.5ms}, {@code 7.5s}, {@code 2m13s}, {@code 1h0m5s}.
   */
  static String text(Duration duration) {
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return decimal(duration.toNanos(), NANOS_PER_MILLI) + "ms";
    }
    if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
      return decimal(duration.toNanos(), NANOS_PER_SECOND) + "s";
    }
    String minutesAndSeconds = duration.toMinutesPart() + "m" + duration.toSecondsPart() + "s";
    return duration.toHours() == 0
        ? minutesAndSeconds
        : duration.toHours() + "h" + minutesAndSeconds;
  }

  private static String decimal(long nanos, int scale) {
    BigDecimal rounded =
        BigDecimal.valueOf(nanos, scale).setScale(DECIMALS, RoundingMode.DOWN).stripTrailingZeros();
    return rounded.toPlainString();
  }
}
