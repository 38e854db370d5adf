package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address to listen on. */
record ListenAddress() implements ValueType<InetSocketAddress> {
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([^\\]]*:[^\\]]*)\\]|([^:\\[\\]]*)):([0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  @Override
  public String name() {
    return "listen address";
  }

  @Override
  public String range() {
    return "port 0 to " + MAX_PORT + "; 0: the system chooses";
  }

  @Override
  public String expected() {
    return "a listen address such as :9053, 127.0.0.1:9054 or [::1]:9054";
  }

  @Override
  public InetSocketAddress read(String text) throws InvalidValue {
    Matcher parts = HOST_PORT.matcher(text);
    if (!parts.matches()) {
      throw new InvalidValue(expected());
    }
    int port = Integer.parseInt(parts.group(3));
    if (port > MAX_PORT) {
      throw new InvalidValue("a port from 0 to " + MAX_PORT);
    }
    String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
    return host.isEmpty()
        ? new InetSocketAddress(port)
        : new InetSocketAddress(
            Literals.address(host).orElseThrow(() -> new InvalidValue(expected())), port);
  }
}
