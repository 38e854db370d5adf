package io.github.dnsonde.metrics;

import java.time.Duration;

/** Metrics of an agent in node mode. */
final class SampleMetrics {

  private SampleMetrics() {}

  static Metrics of(Histograms histograms, Detail detail) {
    return new Metrics(
        new Metrics.Options("1.2.3", "node-a", "node", histograms, detail, Duration.ofMinutes(2)),
        new ManualTicker());
  }
}
