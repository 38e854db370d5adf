package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import io.github.dnsonde.probe.Cidr;

/** A block of addresses. */
record AddressBlock() implements ValueType<Cidr> {
  @Override
  public String name() {
    return "block of addresses";
  }

  @Override
  public String range() {
    return "";
  }

  @Override
  public String expected() {
    return "a block of addresses such as 10.96.0.0/12 or fd00::/8";
  }

  @Override
  public Cidr read(String text) throws InvalidValue {
    if (!Literals.looksLikeBlock(text)) {
      throw new InvalidValue(expected());
    }
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidValue(expected() + " (" + e.getMessage() + ")");
    }
  }
}
