package io.github.dnsonde.probe;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A DNS server to query.
 *
 * @param name its alias in metrics and logs, such as {@code kube-dns}
 * @param address its address: always a literal, so that no name has to be resolved to reach a
 *     server
 * @param port 1 to 65535
 */
public record Server(String name, InetAddress address, int port) {

  /** The port of DNS over UDP and TCP (RFC 1035 §4.2). */
  public static final int DNS_PORT = 53;

  public Server {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a server needs a name, found '" + name + "'");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not within 1 to 65535");
    }
  }

  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, port);
  }

  /**
   * Address and port: {@code 10.96.0.10:53}, {@code [fd00::a]:53}, like the logs of Go programs.
   */
  public String hostPort() {
    return Addresses.hostPort(address, port);
  }
}
