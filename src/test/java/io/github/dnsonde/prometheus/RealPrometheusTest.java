package io.github.dnsonde.prometheus;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.RunningPrometheus;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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
      int last = week.states().size() - 1; // it ends in the future
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

  /**
   * Agents of each kind, as Prometheus scrapes them: of 100 answers, 98 take 2 ms and two 40 ms. A
   * native histogram is exact within a tenth, a classic one within its buckets.
   */
  @Test
  void theTimesOfAnswersAreThoseOfAnyHistogram() throws Exception {
    String prometheus = System.getenv("DNSONDE_PROMETHEUS3");
    assumeTrue(prometheus != null, "DNSONDE_PROMETHEUS3 names no Prometheus 3");
    try (Agents agents = Agents.start()) {
      Files.writeString(
          folder.resolve("prometheus.yaml"),
          """
          global: {scrape_interval: 500ms, scrape_timeout: 500ms, scrape_native_histograms: true}
          scrape_configs:
          """
              + Stream.of(Histograms.values())
                  .map(
                      kind ->
                          "- {job_name: %1$s, metrics_path: /%1$s, static_configs: [{targets: ['%2$s']}]}%n"
                              .formatted(kind, agents.address()))
                  .collect(joining()));
      try (RunningPrometheus running =
              RunningPrometheus.start(Objects.requireNonNull(prometheus), folder, Map.of());
          PrometheusHistory history =
              PrometheusHistory.of(
                  running.url(), Optional.empty(), Optional.empty(), Map.of(), Map.of())) {
        for (Histograms kind : Histograms.values()) {
          Times times = awaitTimes(history, kind.name());
          double error = kind == Histograms.CLASSIC ? 1 : 0.1;
          assertEquals(0.002, times.p50, 0.002 * error, kind + ": p50");
          assertEquals(0.04, times.p99, 0.04 * error, kind + ": p99");
          boolean buckets =
              !running
                  .query(
                      "dnsonde_probe_duration_seconds_bucket{source_namespace=\"%s\"}"
                          .formatted(kind))
                  .isEmpty();
          assertEquals(kind == Histograms.CLASSIC, buckets, kind + ": classic buckets");
        }
      }
    }
  }

  private record Times(double p50, double p99) {}

  /** Prometheus scrapes twice a second, and rates need two samples within one step. */
  private static Times awaitTimes(PrometheusHistory history, String namespace)
      throws InterruptedException {
    Instant end = Instant.now().plusSeconds(30);
    while (true) {
      Trend day = history.read(namespace, 1, Instant.now());
      assertEquals(List.of(), day.problems());
      if (!day.p50().isEmpty() && day.p50().getLast().isPresent()) {
        return new Times(day.p50().getLast().getAsDouble(), day.p99().getLast().orElse(Double.NaN));
      }
      assertTrue(Instant.now().isBefore(end), "no times of answers of " + namespace);
      Thread.sleep(100); // a scrape has nothing to notify us by
    }
  }

  /** An agent of each kind of histograms, in a namespace of that name. */
  private record Agents(HttpServer server, Map<String, Metrics> metrics) implements AutoCloseable {

    static Agents start() throws IOException {
      Agents agents =
          new Agents(
              HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
              new ConcurrentHashMap<>());
      Stream.of(Histograms.values()).forEach(agents::add);
      agents.server.start();
      return agents;
    }

    String address() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void add(Histograms kind) {
      Metrics page =
          new Metrics(
              new Metrics.Options(
                  "0.1.0", "node-a", "node", kind, Detail.CORE, Duration.ofMinutes(2)),
              Ticker.SYSTEM);
      Probe probe =
          SampleOutcomes.eightProbes(SampleOutcomes.vantage(kind.name(), "web", "web-0"))
              .getFirst();
      page.plan(new Plan(List.of(probe)));
      StreakFold streaks = new StreakFold();
      metrics.put(kind.name(), page);
      server.createContext(
          "/" + kind,
          exchange -> {
            for (int i = 0; i < 100; i++) {
              streaks.to(page::outcome, SampleOutcomes.good(probe, i < 98 ? 2 : 40));
            }
            String accept = exchange.getRequestHeaders().getFirst("Accept");
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            page.write(accept, body);
            exchange.getResponseHeaders().set("Content-Type", page.contentType(accept));
            exchange.sendResponseHeaders(200, body.size());
            body.writeTo(exchange.getResponseBody());
            exchange.close();
          });
    }

    @Override
    public void close() {
      server.stop(0);
      metrics.values().forEach(Metrics::close);
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
        for (String use :
            List.of("server=\"dns\",in_use=\"true", "server=\"old\",in_use=\"false")) {
          out.printf("dnsonde_probes_total%s%s\"} %d %d%n", SHOP, use, 24L * i, time(i));
        }
      }
    }
  }

  /**
   * Of 100 answers, 95 take 1 to 5 ms, and 5 up to 50 ms. Those of a server that no pod uses take
   * up to 5 s.
   */
  private void histogram(PrintWriter out) {
    out.println("# TYPE dnsonde_probe_duration_seconds histogram");
    buckets(out, "dns", Map.of("0.001", 0, "0.005", 95, "0.05", 100, "5", 100, "+Inf", 100));
    buckets(out, "old", Map.of("0.001", 0, "0.005", 0, "0.05", 0, "5", 100, "+Inf", 100));
  }

  private void buckets(PrintWriter out, String server, Map<String, Integer> bounds) {
    for (Map.Entry<String, Integer> bound : bounds.entrySet()) {
      for (int i = 0; i <= minutes(); i++) {
        if (!isGap(i)) {
          out.printf(
              "dnsonde_probe_duration_seconds_bucket%sserver=\"%s\",le=\"%s\"} %d %d%n",
              SHOP, server, bound.getKey(), (long) bound.getValue() * i, time(i));
        }
      }
    }
  }
}
