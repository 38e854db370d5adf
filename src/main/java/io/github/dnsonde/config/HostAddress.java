package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.InvalidValue;
import io.github.dnsonde.config.yaml.ValueType;
import java.net.InetAddress;

/** The address of one host, as a literal: the agent never resolves a name to reach a server. */
record HostAddress() implements ValueType<InetAddress> {
  @Override
  public String name() {
    return "IP address";
  }

  @Override
  public String range() {
    return "";
  }

  @Override
  public String expected() {
    return "an IP address such as 10.96.0.10 or fd00::a, not a name";
  }

  @Override
  public InetAddress read(String text) throws InvalidValue {
    InetAddress address = Literals.address(text).orElseThrow(() -> new InvalidValue(expected()));
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new InvalidValue("the IP address of one host");
    }
    return address;
  }
}
