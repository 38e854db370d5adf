package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Reason;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The metrics about probes by server alone, whatever their vantages. They cost a node a few series,
 * so that a board can sum up a thousand nodes, which it cannot do with the series of every path.
 */
final class ServerMetrics {

  private final SharedSeries<Counters> counters;
  private final SharedSeries<DistributionDataPoint> durations;

  ServerMetrics(MetricFactory metricFactory) {
    counters = counters(metricFactory);
    durations = SharedSeries.durations(metricFactory, MetricCatalogue.SERVER_PROBE_DURATION);
  }

  private static SharedSeries<Counters> counters(MetricFactory metricFactory) {
    Counter judged = metricFactory.counter(MetricCatalogue.SERVER_PROBES);
    Counter failures = metricFactory.counter(MetricCatalogue.SERVER_PROBE_FAILURES);
    return new SharedSeries<>(
        labels ->
            new Counters(
                judged.labelValues(labels.in(MetricCatalogue.SERVER_PROBES)),
                reason -> failures.labelValues(failed(labels, reason))),
        (_, labels) -> {
          judged.remove(labels.in(MetricCatalogue.SERVER_PROBES));
          Stream.of(Reason.values()).forEach(reason -> failures.remove(failed(labels, reason)));
        });
  }

  private static String[] failed(LabelValues labels, Reason reason) {
    return labels.with(Label.REASON, reason.label()).in(MetricCatalogue.SERVER_PROBE_FAILURES);
  }

  /** Opens the missing series. */
  Member join(LabelValues labels) {
    return new Member(
        counters.join(labels.of(MetricCatalogue.SERVER_PROBES)),
        durations.join(labels.of(MetricCatalogue.SERVER_PROBE_DURATION)));
  }

  /** Closes the series that no other probe counts in. */
  void leave(LabelValues labels) {
    counters.leave(labels.of(MetricCatalogue.SERVER_PROBES));
    durations.leave(labels.of(MetricCatalogue.SERVER_PROBE_DURATION));
  }

  /** The series that one probe counts in. */
  record Member(Counters counters, DistributionDataPoint durations) {}

  /** The counters of a server, from their first probe on. */
  static final class Counters {

    private final CounterDataPoint judged;
    private final Function<Reason, CounterDataPoint> open;
    private final Map<Reason, CounterDataPoint> failures = new EnumMap<>(Reason.class);

    private Counters(CounterDataPoint judged, Function<Reason, CounterDataPoint> open) {
      this.judged = judged;
      this.open = open;
      failures(Reason.TIMEOUT);
      failures(Reason.SERVFAIL);
    }

    /** Counts a good answer. */
    void good() {
      judged.inc();
    }

    /** Counts a failure. */
    void failed(Reason reason) {
      judged.inc();
      failures(reason).inc();
    }

    private CounterDataPoint failures(Reason reason) {
      return failures.computeIfAbsent(reason, open);
    }
  }
}
