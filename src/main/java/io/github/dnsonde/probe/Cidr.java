package io.github.dnsonde.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of addresses (RFC 4632 §3.1, RFC 4291 §2.3).
 *
 * @param base its first address: no bit is set beyond the prefix
 * @param prefixLength number of significant bits: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(InetAddress base, int prefixLength) {

  public Cidr {
    int bits = base.getAddress().length * 8;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "prefix length " + prefixLength + " is not within 0 to " + bits);
    }
    if (!Arrays.equals(base.getAddress(), masked(base.getAddress(), prefixLength))) {
      throw new IllegalArgumentException(
          Addresses.text(base) + "/" + prefixLength + " has bits set beyond its prefix");
    }
  }

  /**
   * Reads {@code 10.96.0.0/12} or {@code fd00::/8}; an address alone is a block of one.
   *
   * @throws IllegalArgumentException if the text is neither; the message states the defect
   */
  public static Cidr parse(String text) {
    InetAddress address = address(text);
    return new Cidr(address, prefixLength(text, address));
  }

  /**
   * Reads the block that contains an address, as Kubernetes does: {@code 10.96.0.10/12} is {@code
   * 10.96.0.0/12}.
   *
   * @throws IllegalArgumentException if the text is not an address with or without a prefix length
   */
  public static Cidr around(String text) {
    InetAddress address = address(text);
    int prefixLength = prefixLength(text, address);
    try {
      byte[] base = masked(address.getAddress(), prefixLength);
      return new Cidr(InetAddress.getByAddress(base), prefixLength);
    } catch (UnknownHostException e) {
      throw new AssertionError("a masked address has the wrong number of octets", e);
    }
  }

  private static InetAddress address(String text) {
    int slash = text.indexOf('/');
    return InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
  }

  private static int prefixLength(String text, InetAddress address) {
    int slash = text.indexOf('/');
    return slash < 0
        ? address.getAddress().length * 8
        : Integer.parseInt(text.substring(slash + 1));
  }

  /** Returns true if the address is in this block; never for an address of the other family. */
  public boolean contains(InetAddress address) {
    return isOfFamily(address)
        && Arrays.equals(masked(address.getAddress(), prefixLength), base.getAddress());
  }

  /** Returns true if its addresses are of the same family as this one: IPv4 or IPv6. */
  public boolean isOfFamily(InetAddress address) {
    return address.getAddress().length == base.getAddress().length;
  }

  private static byte[] masked(byte[] address, int prefixLength) {
    for (int bit = prefixLength; bit < address.length * 8; bit++) {
      address[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return address;
  }

  @Override
  public String toString() {
    return Addresses.text(base) + "/" + prefixLength;
  }
}
