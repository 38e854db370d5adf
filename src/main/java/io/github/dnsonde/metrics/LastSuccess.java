package io.github.dnsonde.metrics;

import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time of the latest good answer to the probes that share this series. No series before that.
 */
final class LastSuccess {

  /**
   * Answers are reported as they arrive. One that seems older than the latest by more than this has
   * the time of another clock.
   */
  private static final Duration SAME_CLOCK = Duration.ofMinutes(1);

  private final Supplier<GaugeDataPoint> open;
  private Instant latest = Instant.EPOCH;
  private @Nullable GaugeDataPoint series;

  LastSuccess(Supplier<GaugeDataPoint> open) {
    this.open = open;
  }

  void at(Instant when) {
    GaugeDataPoint known = series;
    if (known == null) {
      known = open.get();
      series = known;
    }
    if (when.isAfter(latest) || when.isBefore(latest.minus(SAME_CLOCK))) {
      show(known, when);
    }
  }

  /** Moves the time, so that the answer is as old as before the wall clock was set. */
  void clockSet(Duration by) {
    GaugeDataPoint known = series;
    if (known != null) {
      show(known, latest.plus(by));
    }
  }

  private void show(GaugeDataPoint known, Instant when) {
    latest = when;
    known.set(Seconds.of(when));
  }
}
