package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.util.Optional;

/** The key of a label, or nothing. */
record OptionalLabelKey() implements ValueType<Optional<String>> {

  @Override
  public String name() {
    return LabelSyntax.KEY.name();
  }

  @Override
  public String range() {
    return LabelSyntax.KEY.range();
  }

  @Override
  public String expected() {
    return LabelSyntax.KEY.expected();
  }

  @Override
  public Optional<String> read(String text) throws InvalidValue {
    return text.isEmpty() ? Optional.empty() : Optional.of(LabelSyntax.KEY.read(text));
  }
}
