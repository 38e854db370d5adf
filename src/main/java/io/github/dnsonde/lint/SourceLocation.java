package io.github.dnsonde.lint;

import static java.util.Comparator.comparing;

import java.util.Comparator;

/**
 * A place in a file.
 *
 * @param file as named on the command line, or found below a named folder; {@code -} for standard
 *     input
 * @param line 1 or more; 0 for the whole file
 */
record SourceLocation(String file, int line) implements Comparable<SourceLocation> {

  private static final Comparator<SourceLocation> ORDER =
      comparing(SourceLocation::file).thenComparingInt(SourceLocation::line);

  @Override
  public int compareTo(SourceLocation other) {
    return ORDER.compare(this, other);
  }

  /** {@code policies/shop.yaml:12}. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}
