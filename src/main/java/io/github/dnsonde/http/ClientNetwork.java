package io.github.dnsonde.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The address of a client, and the network from which its owner may choose addresses. */
public record ClientNetwork(InetAddress address) {

  /**
   * The upper half of an IPv6 address, because one interface may vary the rest (RFC 4291 §2.5.1);
   * an IPv4 address as a whole. A node's pods often share such a network, so it only decides
   * between addresses that are otherwise alike.
   */
  public Object network() {
    return address instanceof Inet6Address ? ByteBuffer.wrap(address.getAddress(), 0, 8) : address;
  }
}
