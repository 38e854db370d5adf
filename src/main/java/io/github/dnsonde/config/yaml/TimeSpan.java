package io.github.dnsonde.config.yaml;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A length of time, written as in Prometheus and Go, but only in whole numbers: {@code 1m30s}. */
public record TimeSpan(Duration least, Duration most) implements ValueType<Duration> {
  private static final Pattern UNITS =
      Pattern.compile(
          "(?=.)(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long MILLIS_PER_MINUTE = 60 * MILLIS_PER_SECOND;
  private static final long MILLIS_PER_HOUR = 60 * MILLIS_PER_MINUTE;

  @Override
  public String name() {
    return "duration";
  }

  @Override
  public String range() {
    return text(least) + " to " + text(most);
  }

  @Override
  public String expected() {
    return "a duration such as 10s or 250ms";
  }

  @Override
  public Duration read(String text) throws InvalidValue {
    if (DIGITS.matcher(text).matches()) {
      throw new InvalidValue("a duration with its unit, such as 10s or 250ms");
    }
    Matcher units = UNITS.matcher(text);
    if (!units.matches()) {
      throw new InvalidValue(expected());
    }
    Duration duration =
        Duration.ofMillis(
            number(units.group(1)) * MILLIS_PER_HOUR
                + number(units.group(2)) * MILLIS_PER_MINUTE
                + number(units.group(3)) * MILLIS_PER_SECOND
                + number(units.group(4)));
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw new InvalidValue("a duration from " + range());
    }
    return duration;
  }

  private static long number(@Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** Returns the time in the largest unit that leaves no remainder. */
  private static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis % MILLIS_PER_SECOND != 0) {
      return millis + "ms";
    }
    if (millis % MILLIS_PER_MINUTE != 0 || millis == 0) {
      return millis / MILLIS_PER_SECOND + "s";
    }
    return millis % MILLIS_PER_HOUR == 0
        ? millis / MILLIS_PER_HOUR + "h"
        : millis / MILLIS_PER_MINUTE + "m";
  }
}
