package io.github.dnsonde.config;

import java.util.Map;
import java.util.Optional;

/**
 * One row of the table of keys: what the reader knows of a key, and what the reference says of it.
 */
sealed interface Key<T> {

  /** From the root, such as {@code schedule.period}; {@code []} follows a list of maps. */
  String path();

  /** What stands in for the key when it is absent. */
  Fallback fallback();

  /** For the reference: what the key is for. */
  String sentence();

  /** The last part of the path. */
  default String name() {
    return path().substring(path().lastIndexOf('.') + 1);
  }

  /** A scalar. */
  record One<T>(String path, Kind<T> kind, Fallback fallback, String sentence) implements Key<T> {}

  /** A list of scalars, each at most once. */
  record Many<T>(String path, Kind<T> kind, int least, int most, Fallback fallback, String sentence)
      implements Key<T> {}

  /**
   * A list of maps, whose keys have rows of their own.
   *
   * @param word that may stand instead of the list
   */
  record Maps(
      String path, int least, int most, Optional<String> word, Fallback fallback, String sentence)
      implements Key<Section> {}

  /** A map whose keys are the user's own: labels. */
  record Pairs(String path, Fallback fallback, String sentence)
      implements Key<Map<String, String>> {}

  /** What stands in for an absent key. */
  sealed interface Fallback {

    /** Nothing: the key must be there. */
    record Required() implements Fallback {}

    /** What would have been written. */
    record Written(String yaml) implements Fallback {}

    /** An environment variable, if it is set and not empty; else what would have been written. */
    record Variable(String name, String yaml) implements Fallback {}

    /** Something that follows from other keys; the words say what. */
    record Derived(String words) implements Fallback {}
  }
}
