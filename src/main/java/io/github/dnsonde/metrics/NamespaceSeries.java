package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Cause;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The series of a namespace as a whole. A series appears with its first value. */
final class NamespaceSeries {

  private final Function<Cause, CounterDataPoint> openUntested;
  private final Supplier<GaugeDataPoint> interval;
  private final Map<Cause, CounterDataPoint> untested = new EnumMap<>(Cause.class);

  NamespaceSeries(
      Function<Cause, CounterDataPoint> openUntested, Supplier<GaugeDataPoint> interval) {
    this.openUntested = openUntested;
    this.interval = interval;
  }

  void untested(Cause cause) {
    untested.computeIfAbsent(cause, openUntested).inc();
  }

  void interval(Duration period) {
    interval.get().set(Seconds.of(period));
  }
}
