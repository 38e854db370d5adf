package io.github.dnsonde.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Counts the series on the metrics page of an agent that follows a plan. */
record SeriesOfPlan(long natives, long classic) {

  /** Returns the numbers after every probe had a good answer. */
  static SeriesOfPlan of(Config config, Plan plan) {
    Metrics.Options options =
        new Metrics.Options(
            "1.0.0", "node", "node", Histograms.CLASSIC, Detail.CORE, config.metrics().retention());
    try (Metrics metrics = new Metrics(options, Ticker.SYSTEM)) {
      metrics.plan(plan);
      metrics.interval(
          plan.vantages().stream()
              .filter(plan::isCore)
              .map(vantage -> vantage.namespace())
              .distinct()
              .collect(Collectors.toMap(name -> name, _ -> Duration.ofSeconds(30))));
      plan.probes()
          .forEach(
              probe -> {
                Outcome good = good(probe);
                metrics.outcome(good, Optional.of(Streak.begin(good)));
              });
      return count(metrics);
    }
  }

  private static Outcome good(Probe probe) {
    return new Outcome(
        probe,
        Instant.EPOCH,
        Optional.of(Duration.ofMillis(1)),
        Optional.empty(),
        Ignored.NONE,
        new Reply.Answered(0, false, List.of(), 100),
        new Verdict.Good());
  }

  /** To Prometheus a native histogram is one series. */
  private static SeriesOfPlan count(Metrics metrics) {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      metrics.write("text/plain", page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<Boolean, Long> lines =
        page.toString(UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(
                Collectors.partitioningBy(
                    name ->
                        name.startsWith("dnsonde_")
                            && (name.endsWith("_bucket") || name.endsWith("_seconds_sum")),
                    Collectors.counting()));
    long others = lines.getOrDefault(false, 0L);
    return new SeriesOfPlan(others, others + lines.getOrDefault(true, 0L));
  }
}
