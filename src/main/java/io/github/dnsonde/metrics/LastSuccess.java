package io.github.dnsonde.metrics;

import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.time.Instant;
import java.util.function.Supplier;

/** When the latest good answer came to any of the probes that share this; no series before. */
final class LastSuccess {

  private final Supplier<GaugeDataPoint> series;
  private Instant latest = Instant.MIN;

  LastSuccess(Supplier<GaugeDataPoint> series) {
    this.series = series;
  }

  void at(Instant when) {
    if (when.isAfter(latest)) {
      latest = when;
      series.get().set(Seconds.of(when));
    }
  }
}
