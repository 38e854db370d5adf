package io.github.dnsonde.config.yaml;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** One word of a fixed set. */
public record Choice<T>(Map<String, T> words) implements ValueType<T> {

  /** Creates a choice of values, each with its own word. */
  public static <T> Choice<T> of(T[] values, Function<T, String> word) {
    Map<String, T> words = new LinkedHashMap<>();
    Arrays.stream(values).forEach(value -> words.put(word.apply(value), value));
    return new Choice<>(words);
  }

  /** Creates a choice of an enum's constants, each by its name in lower case. */
  public static <E extends Enum<E>> Choice<E> ofLowerCase(E[] values) {
    return of(values, value -> value.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public String name() {
    return "word";
  }

  @Override
  public String range() {
    return String.join(", ", words.keySet());
  }

  @Override
  public String expected() {
    return words.size() == 1 ? range() : "one of " + range();
  }

  @Override
  public T read(String text) throws InvalidValue {
    T value = words.get(text);
    if (value != null) {
      return value;
    }
    throw new InvalidValue(expected());
  }
}
