package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;

/**
 * The port and protocol that are dialled on an address.
 *
 * @param port 1 to 65535
 */
public record PortProtocol(Protocol protocol, int port) {

  public PortProtocol {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
    }
  }

  /** Returns the port and protocol of a DNS query over a transport, on a port. */
  public static PortProtocol over(Transport transport, int port) {
    return new PortProtocol(
        switch (transport) {
          case UDP -> Protocol.UDP;
          case TCP -> Protocol.TCP;
        },
        port);
  }

  /** Returns the port and protocol of a DNS query over a transport, on the standard port. */
  public static PortProtocol over(Transport transport) {
    return over(transport, Server.DNS_PORT);
  }
}
