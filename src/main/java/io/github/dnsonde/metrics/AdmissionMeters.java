package io.github.dnsonde.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;

/** The metrics of the controller's webhook. Thread-safe. */
final class AdmissionMeters {

  /** In seconds. A decision should take a few milliseconds; the API server waits one second. */
  private static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1};

  private final Counter requests;
  private final Histogram duration;
  private final Counter slipped;

  /**
   * Creates the metrics.
   *
   * @param reached 1 if the API server reaches the webhook, 0 if not; empty while unknown
   */
  AdmissionMeters(MetricFactory factory, Supplier<Optional<Double>> reached) {
    requests = factory.counter(MetricCatalogue.CONTROLLER_ADMISSION_REQUESTS);
    duration = factory.histogram(MetricCatalogue.CONTROLLER_ADMISSION_DURATION, BOUNDS);
    factory.gauge(MetricCatalogue.CONTROLLER_ADMISSION_REACHED, reached);
    slipped = factory.counter(MetricCatalogue.CONTROLLER_ADMISSION_SLIPPED);
  }

  void expect(Collection<String> results) {
    results.forEach(requests::initLabelValues);
  }

  void decided(String result, Optional<Duration> took) {
    requests.labelValues(result).inc();
    took.ifPresent(time -> duration.observe(Seconds.of(time)));
  }

  void slipped() {
    slipped.inc();
  }
}
