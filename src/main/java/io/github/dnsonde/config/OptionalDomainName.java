package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.util.Optional;

/** A domain below which a random label fits, or nothing. */
record OptionalDomainName() implements ValueType<Optional<String>> {

  private static final DomainName NAME = new DomainName();

  /** Leaves room for a label of 16 octets. */
  private static final int LONGEST = 236;

  @Override
  public String name() {
    return NAME.name();
  }

  @Override
  public String range() {
    return "absolute; at most " + LONGEST + " characters";
  }

  @Override
  public String expected() {
    return NAME.expected() + ", of at most " + LONGEST + " characters, or nothing";
  }

  @Override
  public Optional<String> read(String text) throws InvalidValue {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.length() > LONGEST) {
      throw new InvalidValue(expected());
    }
    return Optional.of(NAME.read(text));
  }
}
