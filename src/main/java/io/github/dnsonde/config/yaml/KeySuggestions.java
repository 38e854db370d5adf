package io.github.dnsonde.config.yaml;

import io.github.dnsonde.config.yaml.Key.Row;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.yaml.Nearest;
import java.util.Optional;
import java.util.stream.Stream;

/** Suggests known keys for an unknown one. */
final class KeySuggestions {

  private KeySuggestions() {}

  /**
   * Returns a description that lists the keys of a section, and suggests the likeliest key of all.
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

  /** Returns a key of that name in another section. */
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
