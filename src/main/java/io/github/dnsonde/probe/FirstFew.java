package io.github.dnsonde.probe;

import java.util.Collection;
import java.util.stream.Collectors;

/** A long list in a sentence: its first items, and the number of the others. */
public final class FirstFew {

  private FirstFew() {}

  /** Returns all items of a short list, and of a longer one {@code a, b and 3 more}. */
  public static String of(Collection<?> all, int most) {
    return of(all, most, ", ");
  }

  /** Returns the same with another separator between the items. */
  public static String of(Collection<?> all, int most, String separator) {
    String first =
        all.stream().limit(most).map(Object::toString).collect(Collectors.joining(separator));
    return all.size() > most ? first + " and " + (all.size() - most) + " more" : first;
  }
}
