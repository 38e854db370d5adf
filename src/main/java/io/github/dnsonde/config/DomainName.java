package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import io.github.dnsonde.probe.Question;

/** A domain name that needs no search list. */
record DomainName() implements ValueType<String> {
  @Override
  public String name() {
    return "domain name";
  }

  @Override
  public String range() {
    return "absolute";
  }

  @Override
  public String expected() {
    return "a domain name that ends with a dot, such as example.com.";
  }

  @Override
  public String read(String text) throws InvalidValue {
    if (!text.endsWith(".")) {
      throw new InvalidValue(expected());
    }
    try {
      Question.checkName(text);
      return text;
    } catch (IllegalArgumentException _) {
      throw new InvalidValue(
          "a domain name of at most 253 characters, each label 1 to 63 of them, all printable"
              + " ASCII without quotes and backslashes");
    }
  }
}
