package io.github.dnsonde.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Suggests a known name for an unknown one. */
public final class Nearest {

  private Nearest() {}

  /** Returns the known name that differs least, if it is similar enough. */
  public static Optional<String> to(String name, Collection<String> known) {
    return known.stream()
        .filter(word -> Math.abs(name.length() - word.length()) <= word.length())
        .filter(word -> distance(name, word) <= Math.max(1, word.length() / 3))
        .min(Comparator.comparingInt(word -> distance(name, word)));
  }

  /**
   * Returns the number of characters to insert, delete or replace (Levenshtein distance). It
   * ignores case, dashes and underscores.
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
