package io.github.dnsonde.dashboards;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the boards agree on beyond the linter's rules. */
class DashboardLayoutTest {

  private static final int COLUMNS = 24;

  /** With room to the 262,144 that `kubectl apply` can note in an annotation. */
  private static final long LARGEST = 200 * 1024;

  private static final String RUNBOOKS =
      "https://github.com/dnsonde/dnsonde/blob/main/alerts/runbooks/";

  private static final Map<String, List<String>> VARIABLES =
      Map.of(
          "overview", List.of("datasource", "cluster", "namespace"),
          "namespace", List.of("datasource", "cluster", "namespace", "server"),
          "agent", List.of("datasource", "cluster", "node"));

  static Stream<Path> boards() throws IOException {
    return Dashboard.files().stream();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void nameSchemaAndSize(Path file) throws IOException {
    Dashboard board = Dashboard.read(file);
    assertEquals("dnsonde-" + name(file), board.uid());
    assertEquals(39, board.json().path("schemaVersion").asInt());
    assertTrue(Files.size(file) < LARGEST, () -> file + " is too large");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void noTwoPanelsHaveOneId(Path file) throws IOException {
    Set<Integer> ids = new HashSet<>();
    for (Panel panel : Dashboard.read(file).panels()) {
      assertTrue(panel.id() > 0 && ids.add(panel.id()), panel::title);
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void panelsFillTheGridAndDoNotOverlap(Path file) throws IOException {
    List<Rectangle> places = Dashboard.read(file).panels().stream().map(Panel::place).toList();
    int height = places.stream().mapToInt(place -> place.y + place.height).max().orElseThrow();
    List<Integer> covered =
        IntStream.range(0, COLUMNS * height)
            .mapToObj(
                cell ->
                    (int)
                        places.stream()
                            .filter(place -> place.contains(cell % COLUMNS, cell / COLUMNS))
                            .count())
            .distinct()
            .toList();
    assertEquals(List.of(1), covered, "each cell of the grid is covered by one panel");
    assertTrue(places.stream().allMatch(place -> place.x + place.width <= COLUMNS));
  }

  @ParameterizedTest
  @MethodSource("boards")
  void variablesComeInOrderAndAllOfThemFitWhenLabelsAreAbsent(Path file) throws IOException {
    List<JsonNode> variables = Dashboard.read(file).variables();
    assertEquals(
        variables(file),
        variables.stream().map(variable -> variable.path("name").asString()).toList());
    for (JsonNode variable : variables.subList(1, variables.size())) {
      if (isOneNamespaces(file, variable)) {
        assertFalse(variable.path("includeAll").asBoolean(), "all paths of a large cluster");
      } else {
        assertTrue(variable.path("includeAll").asBoolean());
        assertEquals(".*", variable.path("allValue").asString());
      }
    }
  }

  /** The board of a namespace reads the series of every path: of one, or of some that are named. */
  private static boolean isOneNamespaces(Path file, JsonNode variable) {
    return name(file).equals("namespace") && variable.path("name").asString().equals("namespace");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void everyQueryHeedsTheClusterAndKnowsAllItsVariables(Path file) throws IOException {
    Dashboard board = Dashboard.read(file);
    for (Panel panel : board.panels()) {
      for (Target target : panel.targets()) {
        assertTrue(target.expr().contains("cluster=~\"$cluster\""), panel::title);
        String rest = target.expr().replace("$__rate_interval", "").replace("$__interval", "");
        for (String name : variables(file)) {
          rest = rest.replace("=~\"$" + name, "");
        }
        assertFalse(rest.replace("$__range", "").contains("$"), target::expr);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void linksLeadToTheOtherBoardsAndToTheRunbooks(Path file) throws IOException {
    Dashboard board = Dashboard.read(file);
    JsonNode boards = board.links().getFirst();
    assertEquals("dashboards", boards.path("type").asString());
    assertTrue(boards.path("includeVars").asBoolean() && boards.path("keepTime").asBoolean());
    assertEquals("dnsonde", boards.at("/tags/0").asString());
    assertEquals("dnsonde", board.json().at("/tags/0").asString());
    assertEquals(RUNBOOKS, board.links().get(1).path("url").asString());
  }

  @ParameterizedTest
  @MethodSource("boards")
  void whereACellLeadsThereIsABoardWithThatVariable(Path file) throws IOException {
    Set<String> leads =
        Dashboard.read(file).json().findValuesAsString("url").stream()
            .filter(url -> url.startsWith("/d/"))
            .map(url -> url.replaceFirst("/d/dnsonde-(\\w+)\\?var-(\\w+)=.*", "$1 $2"))
            .collect(Collectors.toSet());
    assertFalse(leads.isEmpty());
    assertTrue(Set.of("namespace namespace", "agent node").containsAll(leads), leads::toString);
  }

  @ParameterizedTest
  @MethodSource("boards")
  void alertsAreMarkedInTime(Path file) throws IOException {
    String query = Dashboard.read(file).annotations().getFirst().path("expr").asString();
    assertTrue(query.startsWith("ALERTS{alertname=~\"Dnsonde.*\", alertstate=\"firing\""), query);
  }

  private static List<String> variables(Path file) {
    return requireNonNull(VARIABLES.get(name(file)), file::toString);
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".json", "");
  }
}
