package io.github.dnsonde.prometheus;

import java.time.Duration;
import java.time.Instant;

/**
 * Equal steps of time that end now. They begin at multiples of their length, so that two readers
 * ask the same, which caches answer.
 *
 * @param from the begin of the first
 * @param number their number
 */
record Steps(Instant from, Duration length, int number) {

  /** Enough for the width of a page. */
  private static final int NUMBER = 288;

  private static final Duration PER_DAY = Duration.ofDays(1).dividedBy(NUMBER);

  /** The steps of the last days: of five minutes for one day, 2.5 hours for 30. */
  static Steps last(int days, Instant now) {
    Duration length = PER_DAY.multipliedBy(days);
    long last = Math.floorDiv(now.getEpochSecond(), length.toSeconds()) + 1;
    Instant end = Instant.ofEpochSecond(last * length.toSeconds());
    return new Steps(end.minus(length.multipliedBy(NUMBER)), length, NUMBER);
  }

  /** The end of the first step, which a range query calls its start. */
  Instant firstEnd() {
    return from.plus(length);
  }

  /** The end of the last step. */
  Instant lastEnd() {
    return from.plus(length.multipliedBy(number));
  }

  /** The index of the step that ends at this time; less than 0 or too large if there is none. */
  long endingAt(double seconds) {
    return Math.round((seconds - firstEnd().getEpochSecond()) / length.toSeconds());
  }

  /** The length as PromQL has it. */
  String promql() {
    return length.toSeconds() + "s";
  }
}
