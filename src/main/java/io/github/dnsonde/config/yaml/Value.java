package io.github.dnsonde.config.yaml;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The value that was read for one key.
 *
 * @param sound the valid value; empty after a mistake, which is already reported, and for a key
 *     without a value
 * @param line its line in the file; 0 for a default
 * @param text the text in the file
 */
public record Value<T>(Optional<T> sound, int line, String text) implements Supplier<T> {

  static <T> Value<T> broken(int line) {
    return new Value<>(Optional.empty(), line, "");
  }

  /** Returns the value; only called if no mistake was found. */
  @Override
  public T get() {
    return sound.orElseThrow();
  }

  /** Returns true if the value is in the file, and false if it is a default. */
  public boolean given() {
    return line > 0;
  }

  /** Returns the text as a mistake quotes it. */
  public String quoted() {
    return Mistake.quoted(text);
  }

  /** Returns the text and its origin, for a mistake elsewhere. */
  public String shown() {
    return text + (given() ? " (line " + line + ")" : " (its default)");
  }
}
