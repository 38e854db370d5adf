package io.github.dnsonde.netns;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An address of an interface.
 *
 * @param address without a scope
 * @param running the interface is up, and its other end too: IFF_UP and IFF_RUNNING (netdevice(7))
 */
record InterfaceAddress(InetAddress address, boolean running) {

  /** {@code struct ifaddrs} of getifaddrs(3), the same on x86-64 and arm64; its end left out. */
  private static final StructLayout IFADDRS =
      MemoryLayout.structLayout(
          ADDRESS.withName("ifa_next"),
          ADDRESS.withName("ifa_name"),
          JAVA_INT.withName("ifa_flags"),
          MemoryLayout.paddingLayout(4),
          ADDRESS.withName("ifa_addr"));

  private static final long NEXT = IFADDRS.byteOffset(groupElement("ifa_next"));
  private static final long FLAGS = IFADDRS.byteOffset(groupElement("ifa_flags"));
  private static final long ADDR = IFADDRS.byteOffset(groupElement("ifa_addr"));

  /** netdevice(7): IFF_UP and IFF_RUNNING. */
  private static final int RUNNING = 0x1 | 0x40;

  /** What families are called, and where an address lies in their {@code sockaddr}. */
  private static final short AF_INET = 2; // ip(7)

  private static final int SIN_ADDR = 4;
  private static final int SIN_LENGTH = 4;
  private static final short AF_INET6 = 10; // ipv6(7)
  private static final int SIN6_ADDR = 8;
  private static final int SIN6_LENGTH = 16;

  /**
   * Those of this thread's network namespace that a packet from elsewhere can have come from: none
   * of the loopback (RFC 1122 §3.2.1.3), none of a link (RFC 3927, RFC 4291 §2.5.6).
   */
  static List<InterfaceAddress> here() throws SystemCallException {
    MemorySegment first = LibC.getifaddrs();
    try {
      List<InterfaceAddress> found = new ArrayList<>();
      for (MemorySegment at = first; at.address() != 0; ) {
        MemorySegment entry = sized(at, IFADDRS.byteSize());
        read(entry).ifPresent(found::add);
        at = entry.get(ADDRESS, NEXT);
      }
      return found;
    } finally {
      LibC.freeifaddrs(first);
    }
  }

  private static Optional<InterfaceAddress> read(MemorySegment entry) {
    boolean running = (entry.get(JAVA_INT, FLAGS) & RUNNING) == RUNNING;
    return address(entry.get(ADDRESS, ADDR))
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .map(address -> new InterfaceAddress(address, running));
  }

  /** Empty for an interface without one, and for families other than IP's. */
  private static Optional<InetAddress> address(MemorySegment sockaddr) {
    if (sockaddr.address() == 0) {
      return Optional.empty();
    }
    return switch (sized(sockaddr, JAVA_SHORT.byteSize()).get(JAVA_SHORT, 0)) {
      case AF_INET -> Optional.of(address(sockaddr, SIN_ADDR, SIN_LENGTH));
      case AF_INET6 -> Optional.of(address(sockaddr, SIN6_ADDR, SIN6_LENGTH));
      default -> Optional.empty();
    };
  }

  private static InetAddress address(MemorySegment sockaddr, int offset, int length) {
    byte[] octets = sized(sockaddr, offset + length).asSlice(offset, length).toArray(JAVA_BYTE);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(length + " octets are an address", e);
    }
  }

  @SuppressWarnings("restricted") // what the kernel's structures say is there, is
  private static MemorySegment sized(MemorySegment pointer, long size) {
    return pointer.reinterpret(size);
  }
}
