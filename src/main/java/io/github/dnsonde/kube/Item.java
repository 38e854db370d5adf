package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What became of an object: a record, or the reason why there is none. An object that cannot be
 * read is there all the same.
 *
 * @param <T> the record
 */
sealed interface Item<T> {

  /** What is known of it. */
  Optional<T> known();

  /** It was read. */
  record Read<T>(T value) implements Item<T> {
    public Read {
      requireNonNull(value, "value is null");
    }

    @Override
    public Optional<T> known() {
      return Optional.of(value);
    }
  }

  /**
   * It was not.
   *
   * @param why for a person
   * @param known what can be said of it all the same
   */
  record Unread<T>(String why, Optional<T> known) implements Item<T> {
    public Unread {
      requireNonNull(why, "why is null");
      requireNonNull(known, "known is null");
    }
  }
}
