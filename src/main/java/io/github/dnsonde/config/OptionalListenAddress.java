package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.net.InetSocketAddress;
import java.util.Optional;

/** An address to listen on, or nothing. */
record OptionalListenAddress() implements ValueType<Optional<InetSocketAddress>> {
  private static final ListenAddress LISTEN = new ListenAddress();

  @Override
  public String name() {
    return LISTEN.name();
  }

  @Override
  public String range() {
    return LISTEN.range();
  }

  @Override
  public String expected() {
    return "a listen address such as :9055, or nothing";
  }

  @Override
  public Optional<InetSocketAddress> read(String text) throws InvalidValue {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(LISTEN.read(text));
    } catch (InvalidValue e) {
      throw e.expected().equals(LISTEN.expected()) ? new InvalidValue(expected()) : e;
    }
  }
}
