package io.github.dnsonde.config;

import io.github.dnsonde.yaml.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What someone may have meant by an unknown key. */
final class Spelling {

  private Spelling() {}

  /**
   * The keys known in a map, and the likeliest.
   *
   * @param name the unknown key
   * @param map the path of the map that it stands in, as {@link Keys} writes it
   */
  static String expected(String name, String map) {
    List<String> known = Keys.namesIn(map);
    return "one of "
        + String.join(", ", known)
        + Nearest.to(name, known)
            .or(() -> elsewhere(name))
            .map(meant -> " (did you mean " + meant + "?)")
            .orElse("");
  }

  /** A key of that name in another map. */
  private static Optional<String> elsewhere(String name) {
    return Keys.all().stream()
        .map(Key::path)
        .flatMap(Spelling::withParents)
        .filter(path -> path.endsWith("." + name))
        .findFirst();
  }

  private static Stream<String> withParents(String path) {
    return Stream.iterate(
        path,
        each -> !each.isEmpty(),
        each -> each.substring(0, Math.max(0, each.lastIndexOf('.'))));
  }
}
