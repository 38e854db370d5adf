package io.github.dnsonde.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.RunningPrometheus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the queries with a real Prometheus that has the series of some days. */
@Tag("long")
class RealPrometheusTest {

  private static final Duration AGE = Duration.ofDays(6);

  /** Of the one cluster; the other one is always good. */
  private static final String SHOP = "{source_namespace=\"shop\",cluster=\"a\",";

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
  private final Instant start = now.minus(AGE);
  @TempDir Path folder;

  @Test
  void theHistoryIsThatOfItsSeries() throws Exception {
    String prometheus = System.getenv("DNSONDE_PROMETHEUS3");
    String promtool = System.getenv("DNSONDE_PROMTOOL3");
    assumeTrue(
        prometheus != null && promtool != null,
        "DNSONDE_PROMETHEUS3 and DNSONDE_PROMTOOL3 name no Prometheus 3");
    Path samples = samples();
    Files.writeString(folder.resolve("prometheus.yaml"), "global: {}\n");
    Commands.run(
        Objects.requireNonNull(promtool),
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        samples.toString(),
        folder.resolve("data").toString());
    try (RunningPrometheus running =
            RunningPrometheus.start(
                Objects.requireNonNull(prometheus),
                folder,
                Map.of(),
                "--storage.tsdb.retention.time=90d");
        PrometheusHistory a = history(running, "a");
        PrometheusHistory b = history(running, "b")) {
      Trend week = a.read("shop", 7, now);
      assertEquals(List.of(), week.problems());
      assertEquals(Optional.empty(), at(week, start.minus(Duration.ofHours(6))), "before all");
      assertEquals(Optional.of(PathState.UNANSWERED), at(week, start.plus(Duration.ofDays(1))));
      assertEquals(Optional.of(PathState.WRONG), at(week, start.plus(Duration.ofDays(2))));
      assertEquals(Optional.empty(), at(week, start.plus(Duration.ofDays(3))), "a gap");
      assertEquals(Optional.of(PathState.GOOD), at(week, start.plus(Duration.ofDays(4))));
      int last = week.states().size() - 2;
      double p50 = week.p50().get(last).orElseThrow();
      double p99 = week.p99().get(last).orElseThrow();
      assertTrue(p50 > 0.001 && p50 < 0.005, "median " + p50);
      assertTrue(p99 > 0.005 && p99 <= 0.05, "99th percentile " + p99);
      assertTrue(week.p99().getFirst().isEmpty(), "a time where nothing is known");
      assertTrue(
          b.read("shop", 7, now).states().stream()
              .allMatch(state -> state.isEmpty() || state.get() == PathState.GOOD),
          "a failure of the other cluster");
      assertEquals(
          List.of(), a.read("x\"} or vector(1) or up{a=\"\\\n\ud83d\ude00", 30, now).problems());
      assertTrue(
          a.read("nobody", 30, now).states().stream().allMatch(Optional::isEmpty), "unknown");
    }
  }

  private static PrometheusHistory history(RunningPrometheus running, String cluster) {
    return PrometheusHistory.of(
        running.url(), Optional.empty(), Optional.empty(), Map.of(), Map.of("cluster", cluster));
  }

  private static Optional<PathState> at(Trend trend, Instant time) {
    long step = Duration.between(trend.from(), time).dividedBy(trend.step());
    return trend.states().get((int) step);
  }

  /**
   * Series of each minute: an outage of three minutes after a day, SERVFAIL after two, and after
   * three a gap of half a day.
   */
  private Path samples() throws IOException {
    Path file = folder.resolve("samples");
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
      gauge(out, "namespace:dnsonde_path_unanswered_seconds:min", 1, 60);
      gauge(out, "namespace:dnsonde_path_unanswered:ratio", 1, 1);
      counters(out);
      histogram(out);
      out.println("# EOF");
    }
    return file;
  }

  private boolean isGap(int minute) {
    return minute >= 3 * 1_440 - 360 && minute < 3 * 1_440 + 360;
  }

  private long time(int minute) {
    return start.plus(Duration.ofMinutes(minute)).getEpochSecond();
  }

  private int minutes() {
    return (int) AGE.toMinutes();
  }

  private void gauge(PrintWriter out, String name, int day, int value) {
    out.println("# TYPE " + name + " gauge");
    for (int i = 0; i <= minutes(); i++) {
      if (!isGap(i)) {
        boolean failing = i >= day * 1_440 && i < day * 1_440 + 3;
        out.printf("%s%sin_use=\"true\"} %d %d%n", name, SHOP, failing ? value : 0, time(i));
      }
    }
    for (int i = 0; i <= minutes(); i++) {
      out.printf(
          "%s{source_namespace=\"shop\",cluster=\"b\",in_use=\"true\"} 0 %d%n", name, time(i));
    }
  }

  private void counters(PrintWriter out) {
    out.println("# TYPE dnsonde_probe_failures counter");
    long failures = 0;
    for (int i = 0; i <= minutes(); i++) {
      failures += i >= 2 * 1_440 && i < 2 * 1_440 + 5 ? 6 : 0;
      if (!isGap(i)) {
        out.printf(
            "dnsonde_probe_failures_total%sin_use=\"true\",reason=\"servfail\"} %d %d%n",
            SHOP, failures, time(i));
      }
    }
    out.println("# TYPE dnsonde_probes counter");
    for (int i = 0; i <= minutes(); i++) {
      if (!isGap(i)) {
        out.printf("dnsonde_probes_total%sin_use=\"true\"} %d %d%n", SHOP, 24L * i, time(i));
      }
    }
  }

  /** Of 100 answers, 95 take 1 to 5 ms, and 5 up to 50 ms. */
  private void histogram(PrintWriter out) {
    out.println("# TYPE dnsonde_probe_duration_seconds histogram");
    Map<String, Integer> bounds = Map.of("0.001", 0, "0.005", 95, "0.05", 100, "+Inf", 100);
    for (Map.Entry<String, Integer> bound : bounds.entrySet()) {
      for (int i = 0; i <= minutes(); i++) {
        if (!isGap(i)) {
          out.printf(
              "dnsonde_probe_duration_seconds_bucket%sle=\"%s\"} %d %d%n",
              SHOP, bound.getKey(), (long) bound.getValue() * i, time(i));
        }
      }
    }
  }
}
