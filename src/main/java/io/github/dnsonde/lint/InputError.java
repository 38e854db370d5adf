package io.github.dnsonde.lint;

import static java.util.Comparator.comparing;

import java.util.Comparator;

/** The reason why a file, or the rest of one, could not be checked. */
public record InputError(SourceLocation sourceLocation, String says)
    implements Comparable<InputError> {

  private static final Comparator<InputError> ORDER =
      comparing(InputError::sourceLocation).thenComparing(InputError::says);

  @Override
  public int compareTo(InputError other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return sourceLocation + ": " + says;
  }
}
