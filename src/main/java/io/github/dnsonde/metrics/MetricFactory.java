package io.github.dnsonde.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.Metric;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the metrics of the table and registers them. A prober has no traces, so none has
 * exemplars.
 */
final class MetricFactory {

  /**
   * Buckets that grow by 2^(1/8), about 9 %: eight for each doubling. From 0.1 ms to 7.5 s that
   * makes 130; the few that DNS needs stay far below the limit.
   */
  private static final int NATIVE_SCHEMA = 3;

  private static final int NATIVE_MAX_BUCKETS = 100;

  private final PrometheusRegistry registry;
  private final Histograms histograms;
  private final Detail detail;

  MetricFactory(PrometheusRegistry registry, Histograms histograms, Detail detail) {
    this.registry = registry;
    this.histograms = histograms;
    this.detail = detail;
  }

  Detail detail() {
    return detail;
  }

  Counter counter(MetricCatalogue family) {
    require(family, MetricCatalogue.Type.COUNTER);
    return registered(
        family,
        Counter.builder()
            .name(family.metricName())
            .unit(unit(family))
            .help(family.help())
            .labelNames(family.labelNames())
            .withoutExemplars()
            .build());
  }

  Gauge gauge(MetricCatalogue family) {
    require(family, MetricCatalogue.Type.GAUGE);
    return registered(
        family,
        Gauge.builder()
            .name(family.metricName())
            .unit(unit(family))
            .help(family.help())
            .labelNames(family.labelNames())
            .withoutExemplars()
            .build());
  }

  /** Creates a gauge without labels that is evaluated at each scrape, and may have no value. */
  void gauge(MetricCatalogue family, Supplier<Optional<Double>> value) {
    registered(
        family,
        computed(family).callback(callback -> value.get().ifPresent(callback::call)).build());
  }

  /** Creates a gauge with one label that is evaluated at each scrape. */
  void gauges(MetricCatalogue family, Supplier<Map<String, Double>> values) {
    registered(
        family,
        computed(family)
            .callback(
                callback -> values.get().forEach((label, value) -> callback.call(value, label)))
            .build());
  }

  /** Creates gauges that are evaluated together, once for each scrape. */
  void families(
      Set<MetricCatalogue> families,
      Supplier<Map<MetricCatalogue, Map<LabelValues, Double>>> values) {
    registry.register(new Together(List.copyOf(families), values));
  }

  /** Gauges that are evaluated together. */
  private record Together(
      List<MetricCatalogue> families,
      Supplier<Map<MetricCatalogue, Map<LabelValues, Double>>> values)
      implements MultiCollector {

    @Override
    public MetricSnapshots collect() {
      Map<MetricCatalogue, Map<LabelValues, Double>> now = values.get();
      return new MetricSnapshots(
          families.stream()
              .map(family -> gauge(family, now.getOrDefault(family, Map.of())))
              .<MetricSnapshot>map(GaugeWithCallback::collect)
              .toList());
    }

    @Override
    public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
      return families.stream()
          .map(family -> gauge(family, Map.of()).getMetricFamilyDescriptor())
          .toList();
    }

    private static GaugeWithCallback gauge(
        MetricCatalogue family, Map<LabelValues, Double> series) {
      return computed(family)
          .callback(
              callback ->
                  series.forEach((labels, value) -> callback.call(value, labels.in(family))))
          .build();
    }
  }

  private static GaugeWithCallback.Builder computed(MetricCatalogue family) {
    require(family, MetricCatalogue.Type.GAUGE);
    return GaugeWithCallback.builder()
        .name(family.metricName())
        .unit(unit(family))
        .help(family.help())
        .labelNames(family.labelNames());
  }

  /** Creates a counter with one label that is evaluated at each scrape. */
  void counter(MetricCatalogue family, Supplier<Map<String, Long>> values) {
    require(family, MetricCatalogue.Type.COUNTER);
    registered(
        family,
        CounterWithCallback.builder()
            .name(family.metricName())
            .unit(unit(family))
            .help(family.help())
            .labelNames(family.labelNames())
            .callback(
                callback -> values.get().forEach((label, value) -> callback.call(value, label)))
            .build());
  }

  Info info(MetricCatalogue family) {
    require(family, MetricCatalogue.Type.INFO);
    return registered(
        family,
        Info.builder()
            .name(family.metricName())
            .help(family.help())
            .labelNames(family.labelNames())
            .build());
  }

  /**
   * Creates a histogram of the configured kind.
   *
   * @param bounds upper bounds of the classic buckets, in the family's unit
   */
  Histogram histogram(MetricCatalogue family, double... bounds) {
    require(family, MetricCatalogue.Type.HISTOGRAM);
    Histogram.Builder builder =
        Histogram.builder()
            .name(family.metricName())
            .unit(unit(family))
            .help(family.help())
            .labelNames(family.labelNames())
            .classicUpperBounds(bounds)
            .nativeInitialSchema(NATIVE_SCHEMA)
            .nativeMaxNumberOfBuckets(NATIVE_MAX_BUCKETS);
    Histogram.Builder shaped =
        switch (histograms) {
          case BOTH -> builder;
          case CLASSIC -> builder.classicOnly();
          case NATIVE -> builder.nativeOnly();
        };
    return registered(family, shaped.withoutExemplars().build());
  }

  /** A family that the detail leaves out is counted too, but is not on the page. */
  private <M extends Metric> M registered(MetricCatalogue family, M metric) {
    if (detail.exports(family)) {
      registry.register(metric);
    }
    return metric;
  }

  private static @Nullable Unit unit(MetricCatalogue family) {
    return switch (family.unit()) {
      case NONE -> null;
      case SECONDS -> Unit.SECONDS;
    };
  }

  private static void require(MetricCatalogue family, MetricCatalogue.Type type) {
    if (family.type() != type) {
      throw new IllegalArgumentException(
          family.metricName() + " is a " + family.type().text() + ", not a " + type.text());
    }
  }
}
