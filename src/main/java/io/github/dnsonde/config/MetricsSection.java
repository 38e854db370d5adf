package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.TimeSpan;
import io.github.dnsonde.config.yaml.YesOrNo;
import java.time.Duration;

/** The section {@code metrics}: the settings of exported metrics. */
final class MetricsSection {

  private static final Scalar<Config.Histograms> HISTOGRAMS =
      Scalar.of(
              "histograms",
              Choice.ofLowerCase(Config.Histograms.values()),
              "both",
              "The kind of histogram for durations: `classic` has fixed buckets, `native`"
                  + " Prometheus' own.")
          .fixedAtStart();
  private static final Scalar<Config.Detail> DETAIL =
      Scalar.of(
              "detail",
              Choice.ofLowerCase(Config.Detail.values()),
              "core",
              "The series that are exported: `core` are those of the alerts and dashboards, about"
                  + " half of `full`.")
          .fixedAtStart();
  private static final Scalar<Boolean> POLICY_NAMES =
      Scalar.of(
          "policy-names",
          new YesOrNo(),
          "true",
          "Whether `dnsonde_finding_info` names policies, to everyone who may read the metrics.");
  private static final Scalar<Duration> RETENTION =
      Scalar.of(
          "retention",
          new TimeSpan(Duration.ZERO, Duration.ofHours(1)),
          "2m",
          "Time that the series of a vanished vantage stay.");

  static final Section<Config.Metrics> SECTION =
      Section.of(
          "metrics",
          in ->
              new Config.Metrics(
                  in.get(HISTOGRAMS), in.get(DETAIL), in.get(POLICY_NAMES), in.get(RETENTION)),
          HISTOGRAMS,
          DETAIL,
          POLICY_NAMES,
          RETENTION);

  private MetricsSection() {}
}
