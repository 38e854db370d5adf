package io.github.dnsonde.probe;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * How addresses are written for people: no name, no slash, IPv6 in brackets before a port (RFC 3986
 * §3.2.2).
 */
public final class Addresses {

  private Addresses() {}

  public static String hostPort(InetSocketAddress address) {
    return hostPort(address.getAddress(), address.getPort());
  }

  static String hostPort(InetAddress address, int port) {
    String host = address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }
}
