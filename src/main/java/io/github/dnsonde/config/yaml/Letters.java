package io.github.dnsonde.config.yaml;

import java.util.regex.Pattern;

/** A text that a pattern matches as a whole. */
public record Letters(String name, String expected, Pattern pattern) implements ValueType<String> {
  @Override
  public String range() {
    return "";
  }

  @Override
  public String read(String text) throws InvalidValue {
    if (!pattern.matcher(text).matches()) {
      throw new InvalidValue(expected);
    }
    return text;
  }
}
