package io.github.dnsonde.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
        + nearest(name, known)
            .or(() -> elsewhere(name))
            .map(meant -> " (did you mean " + meant + "?)")
            .orElse("");
  }

  /** The known word that differs least, if it differs little. */
  private static Optional<String> nearest(String name, List<String> known) {
    return known.stream()
        .filter(word -> Math.abs(name.length() - word.length()) <= word.length())
        .filter(word -> distance(name, word) <= Math.max(1, word.length() / 3))
        .min(Comparator.comparingInt(word -> distance(name, word)));
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

  /**
   * Letters to insert, delete or replace (Levenshtein's distance), without regard to case, dashes
   * and underscores.
   */
  private static int distance(String one, String other) {
    String left = bare(one);
    String right = bare(other);
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }

  private static String bare(String word) {
    return word.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }
}
