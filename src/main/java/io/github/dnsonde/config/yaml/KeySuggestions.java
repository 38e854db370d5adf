package io.github.dnsonde.config.yaml;

import io.github.dnsonde.config.yaml.Key.Row;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.yaml.Nearest;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys that may have been meant by an unknown one. */
final class KeySuggestions {

  private KeySuggestions() {}

  /**
   * Lists the keys of a section, and the likeliest of all.
   *
   * @param name the unknown key
   * @param section the section that it is in
   * @param root the section that is the whole file
   */
  static String expected(String name, Section<?> section, Section<?> root) {
    return "one of "
        + String.join(", ", section.names())
        + Nearest.to(name, section.names())
            .or(() -> elsewhere(name, root))
            .map(meant -> " (did you mean " + meant + "?)")
            .orElse("");
  }

  /** A key of that name in another section. */
  private static Optional<String> elsewhere(String name, Section<?> root) {
    return root.rows().stream()
        .map(Row::path)
        .flatMap(KeySuggestions::withParents)
        .filter(path -> path.endsWith("." + name))
        .findFirst();
  }

  private static Stream<String> withParents(String path) {
    return Stream.iterate(
        path,
        parent -> !parent.isEmpty(),
        parent -> parent.substring(0, Math.max(0, parent.lastIndexOf('.'))));
  }
}
