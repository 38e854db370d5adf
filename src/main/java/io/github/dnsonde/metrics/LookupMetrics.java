package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Reason;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The metrics of lookups. Without planned lookups there is no series. Not thread-safe. */
final class LookupMetrics {

  /** The reasons that start at 0, so that rates include the first failure. */
  private static final List<Reason> USUAL =
      List.of(Reason.TIMEOUT, Reason.SERVFAIL, Reason.NXDOMAIN);

  private final Histogram durations;
  private final Gauge queries;
  private final Counter failures;
  private final Map<LabelValues, Series> open = new HashMap<>();
  private Set<Lookup> present = Set.of();
  private final ShownSeries planned =
      new ShownSeries(labels -> open.computeIfAbsent(labels, Series::new), this::close);

  LookupMetrics(MetricFactory factory) {
    durations =
        factory.histogram(MetricCatalogue.LOOKUP_DURATION, factory.detail().durationBounds());
    queries = factory.gauge(MetricCatalogue.LOOKUP_QUERIES);
    failures = factory.counter(MetricCatalogue.LOOKUP_FAILURES);
  }

  /** The series of one lookup. */
  private final class Series {
    private final LabelValues labels;
    private final DistributionDataPoint duration;
    private final GaugeDataPoint count;
    private final Map<Reason, CounterDataPoint> failed = new EnumMap<>(Reason.class);

    Series(LabelValues labels) {
      this.labels = labels;
      duration = durations.labelValues(labels.in(MetricCatalogue.LOOKUP_DURATION));
      count = queries.labelValues(labels.in(MetricCatalogue.LOOKUP_QUERIES));
      USUAL.forEach(this::failures);
    }

    CounterDataPoint failures(Reason reason) {
      return failed.computeIfAbsent(
          reason, each -> failures.labelValues(of(each).in(MetricCatalogue.LOOKUP_FAILURES)));
    }

    private LabelValues of(Reason reason) {
      return labels.with(Label.REASON, reason.label());
    }

    void close() {
      durations.remove(labels.in(MetricCatalogue.LOOKUP_DURATION));
      queries.remove(labels.in(MetricCatalogue.LOOKUP_QUERIES));
      failed
          .keySet()
          .forEach(reason -> failures.remove(of(reason).in(MetricCatalogue.LOOKUP_FAILURES)));
    }
  }

  private void close(LabelValues labels) {
    requireNonNull(open.remove(labels), "every planned lookup has its series").close();
  }

  private static LabelValues labels(Lookup lookup) {
    return LabelValues.NONE
        .with(Label.SOURCE_NAMESPACE, lookup.vantage().namespace())
        .with(Label.RESOLVER, lookup.kind().label())
        .with(Label.NAME, lookup.name());
  }

  /** Switches to this plan: the series of lookups that it does not name are removed at once. */
  void plan(Plan plan) {
    present = Set.copyOf(plan.lookups());
    planned.show(plan.lookups().stream().map(LookupMetrics::labels).collect(Collectors.toSet()));
  }

  /**
   * Counts an outcome; one of a lookup that is not planned is left out, as that of a pod which is
   * gone, though others of its namespace look up the same name.
   */
  void take(LookupOutcome outcome) {
    if (!present.contains(outcome.lookup()) || outcome.result() instanceof Result.Untested) {
      return;
    }
    Series series = requireNonNull(open.get(labels(outcome.lookup())), "each lookup has series");
    outcome.duration().ifPresent(duration -> series.duration.observe(Seconds.of(duration)));
    series.count.set(outcome.steps().size());
    if (outcome.result() instanceof Result.Failed(Reason reason, _)) {
      series.failures(reason).inc();
    }
  }
}
