package io.github.dnsonde.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.testkit.IssuedCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks what is made of the answers of a Prometheus, and that a hostile one does no harm. */
class PrometheusHistoryTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:02:00Z");
  private static final String EMPTY = result("");

  @TempDir Path folder;

  private static String result(String series) {
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
        + series
        + "]}}";
  }

  /** A series with values at the ends of the last steps of a day. */
  private static String series(String label, String name, String... values) {
    long end = Instant.parse("2026-11-22T12:05:00Z").getEpochSecond();
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      long at = end - 300L * (values.length - 1 - i);
      points.append(i == 0 ? "" : ",").append("[%d,\"%s\"]".formatted(at, values[i]));
    }
    return "{\"metric\":{\"%s\":\"%s\"},\"values\":[%s]}".formatted(label, name, points);
  }

  private static PrometheusHistory plain(URI url) {
    return PrometheusHistory.of(url, Optional.empty(), Optional.empty(), Map.of(), Map.of());
  }

  private static List<Optional<PathState>> last(Trend trend, int number) {
    return trend.states().subList(trend.states().size() - number, trend.states().size());
  }

  /** The answers of a Prometheus with the rules, about the last eight steps. */
  private static String answer(String query) {
    if (query.contains("namespace:")) {
      return result(
          series("part", "all", "0", "NaN", "25", "0", "0", "0", "+Inf", "0")
              + ","
              + series("part", "some", "0", "0", "0", "0.5", "0", "0", "0", "0")
              + ","
              + series("part", "lost", "0", "0", "0", "0", "0", "0", "0", "0.1"));
    }
    return query.contains("failures")
        ? result(
            series("reason", "servfail", "0", "0", "0", "0", "0.2", "0", "0", "0")
                + ","
                + series("reason", "late", "0", "0", "0", "0", "0", "0.2", "0", "0"))
        : result(
            series("part", "p50", "0.002", "NaN", "NaN")
                + ","
                + series("part", "p99", "+Inf", "0.25", "-1"));
  }

  @Test
  void theStatesAreTheWorstOfEachStepAndGapsStayGaps() throws IOException {
    try (FakePrometheus server =
            new FakePrometheus(
                (exchange, query) -> FakePrometheus.send(exchange, 200, answer(query)));
        PrometheusHistory history = plain(server.url())) {
      Trend trend = history.read("shop", 1, NOW);
      assertEquals(List.of(), trend.problems());
      assertEquals(
          List.of(
              Optional.of(PathState.GOOD),
              Optional.empty(),
              Optional.of(PathState.UNANSWERED),
              Optional.of(PathState.UNANSWERED),
              Optional.of(PathState.WRONG),
              Optional.of(PathState.LATE),
              Optional.of(PathState.UNANSWERED),
              Optional.of(PathState.UNCERTAIN)),
          last(trend, 8));
      assertEquals(288, trend.states().size());
      assertEquals(Duration.ofMinutes(5), trend.step());
      assertEquals(Instant.parse("2026-11-21T12:05:00Z"), trend.from());
      assertEquals(
          List.of(OptionalDouble.of(0.002), OptionalDouble.empty(), OptionalDouble.empty()),
          trend.p50().subList(285, 288));
      assertEquals(
          List.of(OptionalDouble.empty(), OptionalDouble.of(0.25), OptionalDouble.empty()),
          trend.p99().subList(285, 288));
    }
  }

  /** The last step ends in the future: an instant selector there finds no sample. */
  @Test
  void theUseOfAServerIsThatOfItsWholeStep() throws IOException {
    try (FakePrometheus server =
            new FakePrometheus((exchange, _) -> FakePrometheus.send(exchange, 200, EMPTY));
        PrometheusHistory history = plain(server.url())) {
      history.read("shop", 1, NOW);
      String times =
          server.queries.stream()
              .filter(query -> query.contains("histogram_quantile"))
              .findFirst()
              .orElseThrow();
      assertEquals(4, times.split(" and on \\(server\\) ", -1).length - 1);
      assertEquals(
          4,
          times.split(
                      " and on \\(server\\)"
                          + " last_over_time\\(dnsonde_probes_total\\{[^}]*}\\[300s]\\)",
                      -1)
                  .length
              - 1,
          times);
    }
  }

  /** Without the alert rules there are no recorded series. */
  @Test
  void thePathsAreReadIfNothingIsRecorded() throws IOException {
    try (FakePrometheus server =
            new FakePrometheus(
                (exchange, query) ->
                    FakePrometheus.send(
                        exchange,
                        200,
                        query.contains("(dnsonde_path_unanswered_seconds{")
                            ? result(series("part", "all", "0", "30"))
                            : EMPTY));
        PrometheusHistory history = plain(server.url())) {
      assertEquals(
          List.of(Optional.of(PathState.GOOD), Optional.of(PathState.UNANSWERED)),
          last(history.read("shop", 1, NOW), 2));
    }
  }

  @Test
  void noNameLeavesItsString() throws IOException {
    try (FakePrometheus server =
            new FakePrometheus((exchange, _) -> FakePrometheus.send(exchange, 200, EMPTY));
        PrometheusHistory history =
            PrometheusHistory.of(
                server.url(),
                Optional.empty(),
                Optional.empty(),
                Map.of("X-Scope-OrgID", "platform"),
                Map.of("cluster", "a\"b"))) {
      history.read("x\"} or vector(1) or up{a=\"\\\n\ud83d\ude00\ud800", 30, NOW);
      assertFalse(server.queries.isEmpty());
      for (String query : server.queries) {
        assertTrue(
            query.contains(
                "source_namespace=\"x\\U00000022\\U0000007d or vector\\U000000281\\U00000029 or"
                    + " up\\U0000007ba\\U0000003d\\U00000022\\U0000005c\\U0000000a\\U0001f600\\U0000fffd\"}"),
            query);
        assertTrue(query.contains("cluster=\"a\\U00000022b\","), query);
      }
      assertEquals("platform", server.headers.getFirst().getFirst("X-Scope-OrgID"));
    }
  }

  @Test
  void theTokenIsReadForEachQueryAndSentToItsPrometheusAlone() throws Exception {
    IssuedCertificate issued = IssuedCertificate.ec();
    Path token = Files.writeString(folder.resolve("token"), "first\n");
    Path ca = Files.writeString(folder.resolve("ca.crt"), issued.certificatePem());
    try (FakePrometheus elsewhere =
            new FakePrometheus((exchange, _) -> FakePrometheus.send(exchange, 200, EMPTY));
        FakePrometheus server =
            FakePrometheus.secured(
                issued,
                (exchange, _) -> {
                  exchange.getResponseHeaders().add("Location", elsewhere.url().toString());
                  FakePrometheus.send(exchange, 302, "");
                });
        PrometheusHistory history =
            PrometheusHistory.of(
                server.url(), Optional.of(token), Optional.of(ca), Map.of(), Map.of())) {
      Trend trend = history.read("shop", 7, NOW);
      assertTrue(trend.problems().toString().contains("redirects (302), which is not followed"));
      assertEquals(List.of(), elsewhere.queries);
      Files.writeString(token, "second");
      history.read("shop", 7, NOW);
      assertEquals(
          List.of("Bearer first", "Bearer second"),
          server.headers.stream()
              .map(headers -> headers.getFirst("Authorization"))
              .distinct()
              .toList());
      int asked = server.queries.size();
      Files.writeString(ca, IssuedCertificate.ec().certificatePem());
      assertTrue(
          history
              .read("shop", 7, NOW)
              .problems()
              .toString()
              .contains("no certificate that controller.prometheus.ca-file makes trusted"));
      assertEquals(asked, server.queries.size(), "asked without trust");
      Files.writeString(token, "two\nlines");
      Trend refused = history.read("shop", 7, NOW);
      assertTrue(refused.problems().toString().contains("that is not a token"));
      assertFalse(refused.problems().toString().contains("two"), "the token is quoted");
    }
  }

  static Stream<List<String>> hostile() {
    return Stream.of(
        List.of("200", "<html>", "something else than an answer"),
        List.of("200", "{\"status\":\"success\",\"data\":{\"result\":[[]]}}", "something else"),
        List.of("200", result(series("part", "all", "zero")), "something else than an answer"),
        List.of(
            "200", "{\"status\":\"error\",\"error\":\"no\\u001b[31m!\"}", "refuses the query: no"),
        List.of("200", "", "something else than an answer"),
        List.of("200", "[".repeat(100_000), "something else than an answer"),
        List.of("200", result(" ".repeat(3_000_000)), "sends more than 2 MiB"),
        List.of(
            "200",
            result(
                IntStream.range(0, 65)
                    .mapToObj(i -> series("part", "p" + i, "1"))
                    .collect(Collectors.joining(","))),
            "more than 64 series"),
        List.of("401", "go away", "answers 401: go away"),
        List.of(
            "422",
            "{\"status\":\"error\",\"error\":\"query processing would load too many samples\"}",
            "answers 422: query processing would load too many samples"),
        List.of("503", "x".repeat(10_000), "answers 503: xxx"));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatCannotBeReadIsASentence(List<String> answer) throws IOException {
    try (FakePrometheus server =
            new FakePrometheus(
                (exchange, _) ->
                    FakePrometheus.send(exchange, Integer.parseInt(answer.get(0)), answer.get(1)));
        PrometheusHistory history = plain(server.url())) {
      Trend trend = history.read("shop", 7, NOW);
      String problems = trend.problems().toString();
      assertTrue(problems.contains(answer.get(2)), problems);
      assertTrue(problems.length() < 600, problems);
      assertFalse(problems.contains("\u001b"), problems);
      assertEquals(List.of(), trend.states());
      assertEquals(1, trend.problems().size(), "the same sentence once");
    }
  }

  /** A query is not repeated because the server wants it, and no number is too large. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "9999999999", "-1", "soon"})
  void aBusyPrometheusIsASentence(String retryAfter) throws IOException {
    try (FakePrometheus server =
            new FakePrometheus(
                (exchange, _) -> {
                  exchange.getResponseHeaders().set("Retry-After", retryAfter);
                  FakePrometheus.send(exchange, 503, "busy");
                });
        PrometheusHistory history = plain(server.url())) {
      Trend trend = history.read("shop", 7, NOW);
      assertTrue(trend.problems().toString().contains("answers 503: busy"));
      assertEquals(server.queries.size(), Set.copyOf(server.queries).size(), "none twice");
    }
  }

  @Test
  void aPrometheusThatDripsIsLeftInTime() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (FakePrometheus server =
            new FakePrometheus(
                (exchange, _) -> {
                  exchange.sendResponseHeaders(200, 0);
                  try (OutputStream out = exchange.getResponseBody()) {
                    while (!over.await(20, TimeUnit.MILLISECONDS)) {
                      out.write(' ');
                      out.flush();
                    }
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                });
        PrometheusApi api =
            new PrometheusApi(
                new PrometheusApi.Setup(
                    server.url(), Optional.empty(), Optional.empty(), Map.of()));
        PrometheusHistory history =
            new PrometheusHistory(api, new Matchers(Map.of()), Duration.ofMillis(300))) {
      long begin = System.nanoTime();
      Trend trend = history.read("shop", 7, NOW);
      long passed = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      assertTrue(passed < 5_000, passed + " ms");
      assertTrue(trend.problems().getFirst().contains("did not answer within"));
      over.countDown();
    }
  }

  @Test
  void aPrometheusThatIsNotThereIsASentence() throws IOException {
    URI gone;
    try (FakePrometheus server = new FakePrometheus((exchange, _) -> exchange.close())) {
      gone = server.url();
    }
    try (PrometheusHistory history = plain(gone)) {
      assertTrue(history.read("shop", 7, NOW).problems().getFirst().contains("does not respond"));
    }
    try (PrometheusHistory history = plain(URI.create("http://prometheus.invalid:9090"))) {
      String problem = history.read("shop", 7, NOW).problems().getFirst();
      assertTrue(problem.contains("prometheus.invalid"), problem);
    }
  }

  /** Two readers ask for the same steps, which Prometheus' caches answer. */
  @Test
  void stepsBeginAtMultiplesOfTheirLength() {
    Steps month = Steps.last(30, NOW);
    assertEquals(Duration.ofMinutes(150), month.length());
    assertEquals(month, Steps.last(30, NOW.plusSeconds(60)));
    assertEquals(0, month.lastEnd().getEpochSecond() % month.length().toSeconds());
    assertTrue(month.lastEnd().isAfter(NOW));
  }
}
