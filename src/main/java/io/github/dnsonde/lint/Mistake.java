package io.github.dnsonde.lint;

import static java.util.Comparator.comparing;

import java.util.Comparator;

/** Why a file, or the rest of one, could not be judged. */
public record Mistake(Place place, String says) implements Comparable<Mistake> {

  private static final Comparator<Mistake> ORDER =
      comparing(Mistake::place).thenComparing(Mistake::says);

  @Override
  public int compareTo(Mistake other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return place + ": " + says;
  }
}
