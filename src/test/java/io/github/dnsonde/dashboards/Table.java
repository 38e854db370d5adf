package io.github.dnsonde.dashboards;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the transformations of a table panel make of its series: merge, organize, sort, limit. */
record Table(List<String> columns, List<Row> rows) {

  /** What stands in a cell. */
  sealed interface Content {}

  record Word(String text) implements Content {}

  record Figure(double value) implements Content {}

  /** By the names of the columns. */
  record Row(Map<String, Content> cells) {

    /** Whether nothing that both know differs. */
    boolean fits(Row other) {
      return cells.entrySet().stream()
          .allMatch(
              each ->
                  Optional.ofNullable(other.cells.get(each.getKey()))
                      .map(each.getValue()::equals)
                      .orElse(true));
    }

    Row with(Row other) {
      Map<String, Content> both = new TreeMap<>(cells);
      both.putAll(other.cells);
      return new Row(both);
    }

    /** What has no number comes last. */
    double rank(String column) {
      return cells.get(column) instanceof Figure(double value) && !Double.isNaN(value)
          ? value
          : Double.NEGATIVE_INFINITY;
    }

    String word(String column) {
      return cells.get(column) instanceof Word(String text) ? text : "";
    }
  }

  static Table of(Shown shown) {
    List<Row> rows = new ArrayList<>();
    for (Shown.Answered answer : shown.answers()) {
      String value = shown.answers().size() > 1 ? "Value #" + answer.target().refId() : "Value";
      answer.series().stream().map(each -> row(each, value)).forEach(row -> merge(rows, row));
    }
    return organized(rows, shown.panel());
  }

  private static Row row(Series series, String value) {
    Map<String, Content> cells =
        series.labels().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> new Word(each.getValue())));
    cells.put(value, new Figure(series.last()));
    return new Row(cells);
  }

  private static void merge(List<Row> rows, Row row) {
    for (int number = 0; number < rows.size(); number++) {
      if (rows.get(number).fits(row)) {
        rows.set(number, rows.get(number).with(row));
        return;
      }
    }
    rows.add(row);
  }

  private static Table organized(List<Row> rows, Panel panel) {
    JsonNode organize = panel.transformations("organize").findFirst().orElseThrow();
    SequencedSet<String> fields =
        rows.stream()
            .flatMap(row -> row.cells().keySet().stream())
            .filter(field -> !organize.path("excludeByName").has(field))
            .sorted(comparingInt(field -> organize.path("indexByName").path(field).asInt(99)))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> columns = fields.stream().map(field -> shownAs(field, organize)).toList();
    List<Row> renamed = rows.stream().map(row -> renamed(row, fields, organize)).toList();
    return new Table(columns, limited(sorted(renamed, panel), panel));
  }

  private static String shownAs(String field, JsonNode organize) {
    return organize.path("renameByName").path(field).asString(field);
  }

  private static Row renamed(Row row, SequencedSet<String> fields, JsonNode organize) {
    return new Row(
        fields.stream()
            .filter(row.cells()::containsKey)
            .collect(Collectors.toMap(field -> shownAs(field, organize), row.cells()::get)));
  }

  private static List<Row> sorted(List<Row> rows, Panel panel) {
    Optional<String> by =
        panel.transformations("sortBy").map(each -> each.at("/sort/0/field").asString()).findAny();
    return by.map(column -> rows.stream().sorted(descending(column)).toList()).orElse(rows);
  }

  private static Comparator<Row> descending(String column) {
    return Comparator.comparingDouble((Row row) -> row.rank(column))
        .thenComparing(row -> row.word(column))
        .reversed();
  }

  private static List<Row> limited(List<Row> rows, Panel panel) {
    Stream<JsonNode> limits = panel.transformations("limit");
    int most = limits.mapToInt(each -> each.path("limitField").asInt()).findAny().orElse(1_000);
    return rows.stream().limit(most).toList();
  }

  /** Whether a column holds numbers. */
  boolean numeric(String column) {
    return rows.stream().anyMatch(row -> row.cells().get(column) instanceof Figure);
  }
}
