package io.github.dnsonde.metrics;

import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** When the latest good answer came to any of the probes that share this; no series before. */
final class LastSuccess {

  private final Supplier<GaugeDataPoint> open;
  private Instant latest = Instant.MIN;
  private @Nullable GaugeDataPoint series;

  LastSuccess(Supplier<GaugeDataPoint> open) {
    this.open = open;
  }

  void at(Instant when) {
    if (when.isAfter(latest)) {
      latest = when;
      opened().set(Seconds.of(when));
    }
  }

  private GaugeDataPoint opened() {
    GaugeDataPoint known = series;
    if (known == null) {
      known = open.get();
      series = known;
    }
    return known;
  }
}
