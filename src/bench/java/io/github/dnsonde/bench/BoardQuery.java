package io.github.dnsonde.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A query of a dashboard, as Grafana sends it.
 *
 * @param board the file's name without its ending
 * @param panel the panel's title, or the variable
 * @param path the request of Prometheus' API
 */
record BoardQuery(String board, String panel, String path) {

  private static final Path FOLDER = Path.of("dashboards");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), ?(\\w+)\\)");

  /** Grafana shows about this many points in a panel of half the screen's width. */
  private static final int POINTS = 500;

  /**
   * The time shown and the choices made at the top of a board.
   *
   * @param scrape the time between scrapes in Grafana's settings of the data source
   */
  record View(Instant from, Instant to, Duration scrape, Map<String, String> variables) {
    View {
      variables = Map.copyOf(variables);
    }

    private Duration step(JsonObject panel) {
      int points = panel.has("maxDataPoints") ? panel.get("maxDataPoints").getAsInt() : POINTS;
      long even = Duration.between(from, to).toSeconds() / points;
      return Duration.ofSeconds(Math.max(scrape.toSeconds(), even));
    }

    private String fill(String expr, Duration step) {
      String filled = expr;
      for (Map.Entry<String, String> variable : variables.entrySet()) {
        filled = filled.replace("=~\"$" + variable.getKey(), "=~\"" + variable.getValue());
      }
      long rate = Math.max(scrape.multipliedBy(4).toSeconds(), step.plus(scrape).toSeconds());
      return filled
          .replace("$__rate_interval", rate + "s")
          .replace("$__interval", step.toSeconds() + "s")
          .replace("$__range", Duration.between(from, to).toSeconds() + "s");
    }

    private String range(String expr, Duration step) {
      return "/api/v1/query_range?query=%s&start=%s&end=%s&step=%d"
          .formatted(encoded(fill(expr, step)), from, to, step.toSeconds());
    }

    private String instant(String expr, Duration step) {
      return "/api/v1/query?query=%s&time=%s".formatted(encoded(fill(expr, step)), to);
    }

    private String labelValues(String definition) {
      Matcher query = LABEL_VALUES.matcher(definition);
      if (!query.matches()) {
        throw new IllegalArgumentException("not label_values(selector, label): " + definition);
      }
      return "/api/v1/label/%s/values?match[]=%s&start=%s&end=%s"
          .formatted(query.group(2), encoded(fill(query.group(1), scrape)), from, to)
          .replace("[]", "%5B%5D");
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, UTF_8);
    }
  }

  /** Returns all queries of a board: of its variables, its marks of alerts and its panels. */
  static List<BoardQuery> of(String board, View view) throws IOException {
    JsonObject json =
        JsonParser.parseString(Files.readString(FOLDER.resolve(board + ".json"))).getAsJsonObject();
    List<BoardQuery> queries = new ArrayList<>();
    objects(json.getAsJsonObject("templating"), "list")
        .filter(variable -> variable.has("definition"))
        .forEach(
            variable ->
                queries.add(
                    new BoardQuery(
                        board,
                        "variable " + variable.get("name").getAsString(),
                        view.labelValues(variable.get("definition").getAsString()))));
    objects(json.getAsJsonObject("annotations"), "list")
        .filter(mark -> mark.has("expr"))
        .forEach(
            mark ->
                queries.add(
                    new BoardQuery(
                        board,
                        "marks of alerts",
                        view.range(mark.get("expr").getAsString(), view.step(json)))));
    objects(json, "panels").forEach(panel -> queries.addAll(ofPanel(board, panel, view)));
    return queries;
  }

  private static List<BoardQuery> ofPanel(String board, JsonObject panel, View view) {
    String title = panel.get("title").getAsString();
    Duration step = view.step(panel);
    return objects(panel, "targets")
        .map(
            target -> {
              String expr = target.get("expr").getAsString();
              return new BoardQuery(
                  board,
                  title,
                  target.get("instant").getAsBoolean()
                      ? view.instant(expr, step)
                      : view.range(expr, step));
            })
        .toList();
  }

  private static Stream<JsonObject> objects(JsonObject json, String list) {
    return json.getAsJsonArray(list).asList().stream().map(JsonElement::getAsJsonObject);
  }
}
