package io.github.dnsonde.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rules of Grafana's dashboard-linter, each under its name there.
 *
 * <p>Four are left out: {@code template-job-rule}, {@code template-instance-rule}, {@code
 * target-job-rule} and {@code target-instance-rule} want every query narrowed to a chosen job and
 * instance. What these boards show of namespaces and servers is seen by all agents together, and
 * their names are ours alone; an agent is chosen by its node, which outlives its address.
 *
 * <p>Both rules on LogQL, {@code target-logql-rule} and {@code target-logql-auto-rule}, have
 * nothing to look at: every query is Prometheus'.
 */
class DashboardLintTest {

  private static final Set<String> UNITS =
      Set.of("none", "short", "s", "reqps", "ops", "percentunit", "bytes");

  static Stream<Path> boards() throws IOException {
    return Dashboard.files().stream();
  }

  @Test
  void thereAreThree() throws IOException {
    assertEquals(
        List.of("agent.json", "namespace.json", "overview.json"),
        boards().map(file -> file.getFileName().toString()).toList());
  }

  /** {@code template-datasource-rule}. */
  @ParameterizedTest
  @MethodSource("boards")
  void theDataSourceIsChosen(Path file) throws IOException {
    JsonNode first = Dashboard.read(file).variables().getFirst();
    assertEquals("datasource", first.path("name").asString());
    assertEquals("datasource", first.path("type").asString());
    assertEquals("prometheus", first.path("query").asString());
    assertEquals("Data source", first.path("label").asString());
  }

  /** {@code template-label-promql-rule}; the selector itself is among promtool's queries. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyVariableAsksForLabelValues(Path file) throws IOException {
    for (JsonNode variable : queried(Dashboard.read(file))) {
      String query = variable.at("/query/query").asString();
      assertEquals(query, variable.path("definition").asString());
      assertFalse(PromQl.labelValues(query).group(2).isEmpty());
    }
  }

  /** {@code template-on-time-change-reload-rule}. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyVariableIsReadAgainWhenTheTimeChanges(Path file) throws IOException {
    for (JsonNode variable : queried(Dashboard.read(file))) {
      assertEquals(2, variable.path("refresh").asInt(), () -> variable.path("name").asString());
    }
  }

  /** {@code panel-datasource-rule}, {@code target-logql-rule}, {@code target-logql-auto-rule}. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyQueryGoesToTheChosenDataSource(Path file) throws IOException {
    Dashboard board = Dashboard.read(file);
    Stream.of(
            queried(board).stream(),
            board.annotations().stream(),
            board.panels().stream().map(Panel::json),
            board.panels().stream().flatMap(panel -> panel.targets().stream()).map(Target::json))
        .flatMap(each -> each)
        .map(each -> each.path("datasource"))
        .forEach(
            source -> {
              assertEquals("prometheus", source.path("type").asString(""));
              assertEquals("${datasource}", source.path("uid").asString(""));
            });
  }

  /** {@code panel-title-description-rule}, of every type of panel. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyPanelSaysWhatItShows(Path file) throws IOException {
    for (Panel panel : Dashboard.read(file).panels()) {
      assertFalse(panel.title().isBlank(), () -> "panel " + panel.id());
      assertTrue(panel.description().matches("(?s)[A-Z0-9].{20,}\\."), panel::title);
    }
  }

  /** {@code panel-units-rule}, of every type of panel. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyPanelHasAUnit(Path file) throws IOException {
    for (Panel panel : Dashboard.read(file).panels()) {
      String unit = panel.defaults().path("unit").asString("");
      assertTrue(UNITS.contains(unit), () -> panel.title() + ": " + unit);
    }
  }

  /** {@code panel-no-targets-rule}. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyPanelAsks(Path file) throws IOException {
    for (Panel panel : Dashboard.read(file).panels()) {
      assertFalse(panel.targets().isEmpty(), panel::title);
    }
  }

  /** The metrics of the controller and of lookups are missing in clusters that do without these. */
  @ParameterizedTest
  @MethodSource("boards")
  void panelsOfWhatMayBeOffSayWhatStandsThereWithoutData(Path file) throws IOException {
    for (Panel panel : Dashboard.read(file).panels()) {
      boolean mayBeOff =
          panel.targets().stream()
              .map(Target::expr)
              .allMatch(expr -> expr.matches("(?s).*dnsonde_(controller|lookup)_.*"));
      assertTrue(!mayBeOff || panel.whenEmpty().isPresent(), panel::title);
    }
  }

  /** {@code target-promql-rule}. */
  @Test
  void promtoolTakesEveryQuery(@TempDir Path folder) throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    Path rules = Files.writeString(folder.resolve("rules.yaml"), rules(queries()));
    assertTrue(
        Commands.run(promtool.get().toString(), "check", "rules", rules.toString())
            .contains("SUCCESS"));
  }

  /** All of them, as Prometheus would get them. */
  private static List<String> queries() throws IOException {
    Span hour =
        new Span(Instant.EPOCH, Instant.EPOCH.plus(Duration.ofHours(1)), Duration.ofSeconds(15));
    List<String> queries = new ArrayList<>();
    for (Path file : Dashboard.files()) {
      Dashboard board = Dashboard.read(file);
      Stream.of(
              board.panels().stream().flatMap(panel -> panel.targets().stream()).map(Target::expr),
              board.annotations().stream().map(each -> each.path("expr").asString()),
              queried(board).stream()
                  .map(each -> PromQl.labelValues(each.path("definition").asString()).group(1)))
          .flatMap(each -> each)
          .map(expr -> hour.fill(expr, Duration.ofMinutes(1), Map.of()))
          .forEach(queries::add);
    }
    return queries;
  }

  /** A file of rules; JSON is YAML. */
  private static String rules(List<String> queries) {
    List<Map<String, String>> rules = new ArrayList<>();
    for (String query : queries) {
      rules.add(Map.of("record", "query:number:" + rules.size(), "expr", query));
    }
    return new JsonMapper()
        .writeValueAsString(Map.of("groups", List.of(Map.of("name", "boards", "rules", rules))));
  }

  /** {@code target-rate-interval-rule}. */
  @ParameterizedTest
  @MethodSource("boards")
  void everyRateIsOverGrafanasInterval(Path file) throws IOException {
    for (Target target : targets(file)) {
      assertTrue(new PromQl(target.expr()).ratesFitTheScrape(), target::expr);
    }
  }

  /** {@code target-counter-agg-rule}. */
  @ParameterizedTest
  @MethodSource("boards")
  void noCounterIsShownBare(Path file) throws IOException {
    for (Target target : targets(file)) {
      assertTrue(new PromQl(target.expr()).countersGrow(), target::expr);
    }
  }

  /**
   * A thousand nodes have 300,000 counters of paths. The boards of a whole cluster look at the
   * present values of paths, but over time only at series of nodes and at recorded ones.
   */
  @ParameterizedTest
  @ValueSource(strings = {"overview.json", "agent.json"})
  void theBoardsOfAWholeClusterDoNotRangeOverAllPaths(String board) throws IOException {
    for (Target target : targets(Dashboard.FOLDER.resolve(board))) {
      PromQl query = new PromQl(target.expr());
      assertFalse(query.readsPaths() && (!target.instant() || query.ranges()), target::expr);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "max(dnsonde_path_unanswered_seconds); true; false",
        "rate(dnsonde_probes_total[5m]); true; true",
        "rate(dnsonde_probe_duration_seconds_bucket[5m]); true; true",
        "rate(dnsonde_server_probes_total[5m]); false; true",
        "rate(dnsonde_server_probe_duration_seconds_bucket[5m]); false; true",
        "namespace:dnsonde_path_unanswered_ratio:avg; false; false",
      })
  void whatAQueryReads(String expr, boolean paths, boolean ranges) {
    assertEquals(paths, new PromQl(expr).readsPaths());
    assertEquals(ranges, new PromQl(expr).ranges());
  }

  /** {@code uneditable-dashboard}. */
  @ParameterizedTest
  @MethodSource("boards")
  void itIsNotEditedInGrafana(Path file) throws IOException {
    assertFalse(Dashboard.read(file).json().path("editable").asBoolean(true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "rate(a_total{b='c'}[$__rate_interval]); true; true",
        "rate(a_total[5m]); false; true",
        "sum(rate(a[$__rate_interval])) / sum(rate(b[1m])); false; true",
        "rate(sum(a_total)[5m:]); false; false",
        "max_over_time(a[$__interval]); true; true",
        "sum(a_total); true; false",
        "increase(a_total[5m]) / a_total; true; false",
        "max_over_time(a_total[5m]); true; false"
      })
  void whatAQueryDoes(String expr, boolean fit, boolean grow) {
    assertEquals(fit, new PromQl(expr).ratesFitTheScrape());
    assertEquals(grow, new PromQl(expr).countersGrow());
  }

  private static List<JsonNode> queried(Dashboard board) {
    return board.variables().stream()
        .filter(variable -> variable.path("type").asString().equals("query"))
        .toList();
  }

  private static List<Target> targets(Path file) throws IOException {
    return Dashboard.read(file).panels().stream()
        .flatMap(panel -> panel.targets().stream())
        .toList();
  }
}
