package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The result of reading an object: a record, or the reason why there is none. An object that cannot
 * be read still exists.
 *
 * @param <T> the record
 */
sealed interface Item<T> {

  /** The known part of the object. */
  Optional<T> known();

  /** An object that was read. */
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
   * An object that could not be read.
   *
   * @param why the reason, for a person
   * @param known what is still known of it
   */
  record Unread<T>(String why, Optional<T> known) implements Item<T> {
    public Unread {
      requireNonNull(why, "why is null");
      requireNonNull(known, "known is null");
    }
  }
}
