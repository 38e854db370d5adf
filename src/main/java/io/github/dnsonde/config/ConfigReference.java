package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Default;
import io.github.dnsonde.config.yaml.Key;
import io.github.dnsonde.config.yaml.Key.Row;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.ScalarList;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.SectionList;
import io.github.dnsonde.config.yaml.Key.TextMap;
import java.util.stream.Collectors;

/** The reference of all keys, for people to read. */
final class ConfigReference {

  private static final String HEAD =
      """
      | Key | Kind | Range | Default | Meaning |
      |---|---|---|---|---|
      """;

  private ConfigReference() {}

  /** Returns a Markdown table, with one row for each key. */
  static String markdown() {
    return RootSection.SECTION.rows().stream()
        .filter(row -> !row.path().contains("matchExpressions[]")) // the row of the list shows them
        .map(ConfigReference::line)
        .collect(Collectors.joining("", HEAD, ""));
  }

  private static String line(Row row) {
    Cells cells = cells(row.key());
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(row.path(), cells.kind(), cells.range(), cells.fallback(), cells.meaning());
  }

  /** Returns the cells of a row after the path. */
  private record Cells(String kind, String range, String fallback, String meaning) {}

  private static Cells cells(Key<?> key) {
    return switch (key) {
      case Scalar<?> scalar ->
          new Cells(
              scalar.type().name(),
              scalar.type().range(),
              fallback(scalar.fallback()),
              meaning(scalar.meaning(), scalar.needsRestart()));
      case ScalarList<?> list ->
          new Cells(
              "list (" + list.type().name() + ")",
              items(list.least(), list.most(), list.type().range()),
              quoted(list.yaml()),
              meaning(list.meaning(), list.needsRestart()));
      case SectionList<?> list ->
          new Cells(
              list.word().map(word -> quoted(word) + " or ").orElse("") + "list (map)",
              items(list.least(), list.most(), ""),
              quoted(list.yaml()),
              list.meaning());
      case TextMap map ->
          new Cells("map (" + map.entry() + ")", "", quoted(map.yaml()), map.meaning());
      case Section<?> section ->
          throw new IllegalArgumentException("a section has no row: " + section.name());
    };
  }

  private static String items(int least, int most, String range) {
    return least + " to " + most + " items" + (range.isEmpty() ? "" : " of " + range);
  }

  private static String fallback(Default fallback) {
    return switch (fallback) {
      case Default.Required _ -> "**required**";
      case Default.Written(String yaml) -> quoted(yaml);
      case Default.Variable(String name, String yaml) -> "`$" + name + "`, else " + quoted(yaml);
      case Default.Derived(String words) -> words;
    };
  }

  private static String quoted(String yaml) {
    return "`" + yaml + "`";
  }

  private static String meaning(String meaning, boolean needsRestart) {
    return needsRestart ? meaning + " Takes effect after a restart." : meaning;
  }
}
