package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.TimeSpan;
import java.time.Duration;

/** The section {@code metrics}: what is exported. */
final class MetricsSection {

  private static final Scalar<Config.Histograms> HISTOGRAMS =
      Scalar.of(
              "histograms",
              Choice.ofLowerCase(Config.Histograms.values()),
              "both",
              "How durations are counted: `classic` in fixed buckets, `native` in Prometheus' own.")
          .fixedAtStart();
  private static final Scalar<Duration> RETENTION =
      Scalar.of(
          "retention",
          new TimeSpan(Duration.ZERO, Duration.ofHours(1)),
          "2m",
          "How long the series of a vanished vantage stay.");

  static final Section<Config.Metrics> SECTION =
      Section.of(
          "metrics",
          in -> new Config.Metrics(in.get(HISTOGRAMS), in.get(RETENTION)),
          HISTOGRAMS,
          RETENTION);

  private MetricsSection() {}
}
