package io.github.dnsonde.manifest;

import io.github.dnsonde.probe.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/**
 * A CIDR as API servers read it: like Go before 1.17. Kubernetes keeps to that for the sake of
 * stored objects (k8s.io/utils/net, {@code ParseCIDRSloppy}). Since Kubernetes 1.36, a new CIDR
 * must also be in the standard form (feature gate {@code StrictIPCIDRValidation}, alpha since
 * 1.33).
 *
 * @param block the addresses of the block; an IPv4-mapped IPv6 address is the IPv4 address
 * @param maskLength the prefix length as it is written
 * @param oddity the difference from the standard form; empty if there is none
 */
record CidrText(Cidr block, int maskLength, Optional<String> oddity) {

  private static final int IPV4_OCTETS = 4;
  private static final int IPV6_GROUPS = 8;
  private static final int MAPPED_BITS = 96;

  /** An address, and whether a part of it has more digits than the standard form. */
  private static final class Address {
    private final byte[] octets;
    private final boolean padded;

    private Address(byte[] octets, boolean padded) {
      this.octets = octets;
      this.padded = padded;
    }
  }

  /** A number, and whether it has leading zeros. */
  private record Digits(int value, boolean padded) {}

  /** Reads a CIDR; empty if no API server accepts it. */
  static Optional<CidrText> read(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String address = text.substring(0, slash);
    return ipv4(address)
        .or(() -> ipv6(address))
        .flatMap(
            read ->
                decimal(text.substring(slash + 1), read.octets.length * 8)
                    .map(length -> of(read, length)));
  }

  private static CidrText of(Address address, Digits length) {
    byte[] masked = masked(address.octets, length.value);
    boolean mapped = isMapped(address.octets);
    String oddity = "";
    if (address.padded || length.padded) {
      oddity = "has leading zeros";
    } else if (mapped) {
      oddity = "has an IPv4-mapped IPv6 address";
    } else if (!Arrays.equals(masked, address.octets)) {
      oddity = "has bits set beyond its prefix length";
    }
    int prefixLength =
        isMapped(masked) && length.value >= MAPPED_BITS ? length.value - MAPPED_BITS : length.value;
    return new CidrText(
        new Cidr(address(masked), prefixLength),
        length.value,
        Optional.of(oddity).filter(each -> !each.isEmpty()));
  }

  /** Reads four numbers with any number of digits. */
  private static Optional<Address> ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != IPV4_OCTETS) {
      return Optional.empty();
    }
    byte[] octets = new byte[IPV4_OCTETS];
    boolean padded = false;
    for (int i = 0; i < IPV4_OCTETS; i++) {
      Optional<Digits> octet = decimal(parts[i], 0xff);
      if (octet.isEmpty()) {
        return Optional.empty();
      }
      octets[i] = (byte) octet.get().value;
      padded |= octet.get().padded;
    }
    return Optional.of(new Address(octets, padded));
  }

  /** Reads eight groups, or fewer around two colons (RFC 4291 §2.2); no zone. */
  private static Optional<Address> ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text).filter(all -> all.octets.length == 2 * IPV6_GROUPS);
    }
    Optional<Address> head = groups(text.substring(0, gap)).filter(_ -> !hasDot(text, gap));
    Optional<Address> tail = groups(text.substring(gap + 2));
    return head.flatMap(before -> tail.flatMap(after -> joined(before, after)));
  }

  private static boolean hasDot(String text, int before) {
    return text.lastIndexOf('.', before) >= 0;
  }

  /** Joins both halves: the two colons stand for at least one group of zeros. */
  private static Optional<Address> joined(Address head, Address tail) {
    int given = head.octets.length + tail.octets.length;
    if (given > 2 * (IPV6_GROUPS - 1)) {
      return Optional.empty();
    }
    byte[] octets = Arrays.copyOf(head.octets, 2 * IPV6_GROUPS);
    System.arraycopy(
        tail.octets, 0, octets, octets.length - tail.octets.length, tail.octets.length);
    return Optional.of(new Address(octets, head.padded || tail.padded));
  }

  /** Reads groups of hexadecimal digits; the last may be an IPv4 address, which counts as two. */
  private static Optional<Address> groups(String text) {
    if (text.isEmpty()) {
      return Optional.of(new Address(new byte[0], false));
    }
    String[] parts = text.split(":", -1);
    if (parts.length > IPV6_GROUPS) {
      return Optional.empty();
    }
    ByteBuffer octets = ByteBuffer.allocate(2 * IPV6_GROUPS + IPV4_OCTETS);
    boolean padded = false;
    for (int i = 0; i < parts.length; i++) {
      boolean dotted = i == parts.length - 1 && parts[i].indexOf('.') >= 0;
      Optional<Address> part = dotted ? ipv4(parts[i]) : group(parts[i]);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      octets.put(part.get().octets);
      padded |= part.get().padded;
    }
    return Optional.of(new Address(Arrays.copyOf(octets.array(), octets.position()), padded));
  }

  private static Optional<Address> group(String text) {
    return number(text, 16, 0xffff)
        .map(
            number ->
                new Address(
                    new byte[] {(byte) (number.value >> 8), (byte) number.value},
                    text.length() > 4)); // 0db8 is standard
  }

  private static Optional<Digits> decimal(String text, int most) {
    return number(text, 10, most);
  }

  /** Reads digits only, with any number of leading zeros; no sign. */
  private static Optional<Digits> number(String text, int radix, int most) {
    IntUnaryOperator digit = c -> c < 0x80 ? Character.digit(c, radix) : -1;
    if (text.isEmpty() || text.chars().anyMatch(c -> digit.applyAsInt(c) < 0)) {
      return Optional.empty();
    }
    OptionalInt value =
        text.chars().map(digit).reduce((all, next) -> all > most ? all : all * radix + next);
    return value.orElseThrow() > most
        ? Optional.empty()
        : Optional.of(new Digits(value.getAsInt(), text.length() > 1 && text.charAt(0) == '0'));
  }

  /** Returns true if an address is {@code ::ffff:a.b.c.d} (RFC 4291 §2.5.5.2). */
  private static boolean isMapped(byte[] octets) {
    byte[] prefix = new byte[MAPPED_BITS / 8];
    prefix[10] = (byte) 0xff;
    prefix[11] = (byte) 0xff;
    return octets.length == 2 * IPV6_GROUPS
        && Arrays.equals(octets, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static byte[] masked(byte[] octets, int length) {
    byte[] masked = octets.clone();
    for (int bit = length; bit < masked.length * 8; bit++) {
      masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return masked;
  }

  /** Java itself turns a mapped address into an IPv4 address. */
  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 octets are an address", e);
    }
  }

  /** Returns true if another is a smaller part of it, as API servers require of an exception. */
  boolean hasPart(CidrText other) {
    return block.contains(other.block.base())
        && block.prefixLength() < other.block.prefixLength()
        && maskLength < other.maskLength;
  }
}
