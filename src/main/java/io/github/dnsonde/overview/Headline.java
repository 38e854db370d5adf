package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * The state of DNS in one sentence, for a person who has two seconds.
 *
 * @param mood the state of all namespaces together
 * @param sentence the state in words, with a full stop
 */
public record Headline(Mood mood, String sentence) {

  public Headline {
    requireNonNull(mood, "mood is null");
    requireNonNull(sentence, "sentence is null");
  }

  /** Returns the headline of an overview. */
  static Headline of(Overview overview) {
    return new HeadlineBuilder(overview).headline();
  }

  /** The kinds of headlines. */
  public enum Mood {
    /** A namespace cannot resolve names, at least in part. */
    FAILING,
    /** No known path fails, and something is not seen. */
    INCOMPLETE,
    /** Every namespace is seen, and resolves. */
    GOOD;

    /** The word in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
