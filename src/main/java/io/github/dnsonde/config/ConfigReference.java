package io.github.dnsonde.config;

import io.github.dnsonde.config.Key.Fallback;
import io.github.dnsonde.config.Key.Many;
import io.github.dnsonde.config.Key.Maps;
import io.github.dnsonde.config.Key.One;
import io.github.dnsonde.config.Key.Pairs;
import java.util.stream.Collectors;

/** The table of keys as people read it. */
final class ConfigReference {

  private static final String HEAD =
      """
      | Key | Kind | Range | Default | Meaning |
      |---|---|---|---|---|
      """;

  private ConfigReference() {}

  /** A Markdown table, one row for each key. */
  static String markdown() {
    return Keys.all().stream()
        .filter(key -> !key.path().contains("matchExpressions[]")) // the row of the list tells
        .map(ConfigReference::row)
        .collect(Collectors.joining("", HEAD, ""));
  }

  private static String row(Key<?> key) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(key.path(), kind(key), range(key), fallback(key.fallback()), meaning(key));
  }

  private static String kind(Key<?> key) {
    return switch (key) {
      case One<?> one -> one.kind().name();
      case Many<?> many -> "list (" + many.kind().name() + ")";
      case Maps maps -> maps.word().map(word -> "`" + word + "` or ").orElse("") + "list (map)";
      case Pairs _ -> "map (label)";
    };
  }

  private static String range(Key<?> key) {
    return switch (key) {
      case One<?> one -> one.kind().range();
      case Many<?> many -> items(many.least(), many.most(), many.kind().range());
      case Maps maps -> items(maps.least(), maps.most(), "");
      case Pairs _ -> "";
    };
  }

  private static String items(int least, int most, String each) {
    return least + " to " + most + " items" + (each.isEmpty() ? "" : " of " + each);
  }

  private static String fallback(Fallback fallback) {
    return switch (fallback) {
      case Fallback.Required _ -> "**required**";
      case Fallback.Written(String yaml) -> "`" + yaml + "`";
      case Fallback.Variable(String name, String yaml) -> "`$" + name + "`, else `" + yaml + "`";
      case Fallback.Derived(String words) -> words;
    };
  }

  private static String meaning(Key<?> key) {
    return Config.keysFixedAtStart().contains(key)
        ? key.sentence() + " Takes effect after a restart."
        : key.sentence();
  }
}
