package io.github.dnsonde.config;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was read for one key.
 *
 * @param sound empty when it was a mistake, which is noted already
 * @param line where it stands; 0 for a default
 * @param text as it stands there
 */
record Value<T>(Optional<T> sound, int line, String text) implements Supplier<T> {

  static <T> Value<T> broken(int line) {
    return new Value<>(Optional.empty(), line, "");
  }

  /** The value; to be asked for only when no mistake was noted. */
  @Override
  public T get() {
    return sound.orElseThrow();
  }

  /** Whether it was written by the user, and not a default. */
  boolean given() {
    return line > 0;
  }

  /** The text and where it comes from, for a mistake elsewhere. */
  String shown() {
    return text + (given() ? " (line " + line + ")" : " (its default)");
  }
}
