package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;

/** A pattern for names. */
record NamePattern() implements ValueType<Glob> {
  @Override
  public String name() {
    return "pattern";
  }

  @Override
  public String range() {
    return "";
  }

  @Override
  public String expected() {
    return "a pattern such as shop, team-* or {a,b}-prod";
  }

  @Override
  public Glob read(String text) throws InvalidValue {
    if (text.isEmpty()) {
      throw new InvalidValue(expected());
    }
    try {
      return Glob.of(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidValue(expected() + " (" + e.getMessage() + ")");
    }
  }
}
