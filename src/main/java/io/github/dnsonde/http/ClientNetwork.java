package io.github.dnsonde.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** The address that a connection comes from, and the network that its owner may choose from. */
record ClientNetwork(InetAddress address) {

  /**
   * The upper half of an IPv6 address, which is what one interface may vary (RFC 4291 §2.5.1); an
   * IPv4 address as a whole. A node's pods often share such a network, so it is only used to choose
   * between addresses that are alike otherwise.
   */
  Object network() {
    return address instanceof Inet6Address ? ByteBuffer.wrap(address.getAddress(), 0, 8) : address;
  }
}
