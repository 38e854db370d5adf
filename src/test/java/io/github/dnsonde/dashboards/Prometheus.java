package io.github.dnsonde.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Prometheus that is asked (prometheus.io/docs/prometheus/latest/querying/api). */
final class Prometheus implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();
  private final JsonMapper mapper = new JsonMapper();

  /**
   * One that is not asked yet.
   *
   * @param address such as {@code http://127.0.0.1:9090}
   */
  Prometheus(URI address) {
    this.address = address;
  }

  /**
   * What a query gives at the end of the time shown.
   *
   * @throws IOException if it is refused; the message is what Prometheus said
   */
  List<Series> instant(String expr, Span span) throws IOException {
    return ask("/api/v1/query", Map.of("query", expr, "time", span.to().toString()));
  }

  /**
   * What a query gives over the time shown.
   *
   * @throws IOException if it is refused; the message is what Prometheus said
   */
  List<Series> range(String expr, Span span, Duration step) throws IOException {
    long seconds = step.toSeconds();
    long start = span.from().getEpochSecond() / seconds * seconds; // as Grafana aligns it
    return ask(
        "/api/v1/query_range",
        Map.of(
            "query", expr,
            "start", String.valueOf(start),
            "end", String.valueOf(span.to().getEpochSecond()),
            "step", String.valueOf(seconds)));
  }

  private List<Series> ask(String path, Map<String, String> form) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form)))
            .build();
    try {
      JsonNode said = mapper.readTree(client.send(request, BodyHandlers.ofString()).body());
      if (!said.path("status").asString("").equals("success")) {
        throw new IOException(said.path("error").asString("no answer of a Prometheus: " + said));
      }
      return said.at("/data/result").valueStream().map(Prometheus::series).toList();
    } catch (JacksonException e) {
      throw new IOException(address + " does not talk like a Prometheus: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
        .collect(joining("&"));
  }

  private static Series series(JsonNode json) {
    Map<String, String> labels =
        json.path("metric")
            .propertyStream()
            .collect(toMap(Map.Entry::getKey, each -> each.getValue().asString()));
    return new Series(
        labels,
        samples(json, "value").map(Prometheus::point).toList(),
        samples(json, "histogram").flatMap(Prometheus::cells).toList());
  }

  /** One of an instant, many of a range. */
  private static Stream<JsonNode> samples(JsonNode json, String kind) {
    return json.has(kind) ? Stream.of(json.path(kind)) : json.path(kind + "s").valueStream();
  }

  private static Series.Point point(JsonNode pair) {
    return new Series.Point(pair.get(0).asDouble(), number(pair.get(1)));
  }

  private static Stream<Series.Cell> cells(JsonNode pair) {
    return pair.get(1)
        .path("buckets")
        .valueStream()
        .map(
            bucket ->
                new Series.Cell(
                    pair.get(0).asDouble(),
                    number(bucket.get(1)),
                    number(bucket.get(2)),
                    number(bucket.get(3))));
  }

  /** As Go writes numbers. */
  private static double number(JsonNode text) {
    return switch (text.asString()) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case String number -> Double.parseDouble(number);
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
