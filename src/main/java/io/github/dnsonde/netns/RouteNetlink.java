package io.github.dnsonde.netns;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Queries the kernel about a network namespace: netlink(7), rtnetlink(7). getifaddrs(3) would read
 * every address, and a tenant may add tens of thousands. This class stops after the number
 * requested.
 */
final class RouteNetlink {

  /** Size of one read; the kernel sends less than that at a time. */
  private static final int BUFFER = 1 << 15;

  /** From linux/netlink.h and linux/rtnetlink.h, the same on all processors. */
  private static final short NLMSG_ERROR = 2;

  private static final short NLMSG_DONE = 3;
  private static final short RTM_NEWADDR = 20;
  private static final short RTM_GETADDR = 22;
  private static final short REQUEST_AND_DUMP = 0x1 | 0x300;
  private static final int HEADER = 16;
  private static final int IFADDRMSG = 8;
  private static final int IFADDRMSG_INDEX = 4;
  private static final int ATTRIBUTE = 4;

  /** From linux/if_addr.h: the other end of a point-to-point link, or the address itself. */
  private static final short IFA_ADDRESS = 1;

  private static final short IFA_LOCAL = 2;

  /** Addresses of these families have four or sixteen octets; other families are skipped. */
  private static final byte AF_INET = 2;

  private static final byte AF_INET6 = 10;

  private RouteNetlink() {}

  /**
   * An address of an interface.
   *
   * @param index the interface's number
   */
  record InterfaceAddress(InetAddress address, int index) {}

  /** The addresses of this thread's network namespace, up to {@code most}. */
  static List<InterfaceAddress> addresses(int most) throws SystemCallException {
    int socket = LibC.routeSocket();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(BUFFER, Long.BYTES);
      ByteBuffer buffer = segment.asByteBuffer().order(ByteOrder.nativeOrder());
      LibC.send(socket, segment, request(buffer));
      List<InterfaceAddress> found = new ArrayList<>();
      boolean more = true;
      while (more && found.size() < most) {
        more = read(buffer.clear().limit(LibC.receive(socket, segment)), found);
      }
      return found.subList(0, Math.min(found.size(), most));
    } finally {
      LibC.close(socket);
    }
  }

  private static int request(ByteBuffer buffer) {
    buffer.putInt(HEADER + IFADDRMSG).putShort(RTM_GETADDR).putShort(REQUEST_AND_DUMP);
    buffer.putInt(1).putInt(0).putLong(0); // sequence number, port; all families and interfaces
    return buffer.position();
  }

  /** Reads the messages of one datagram. Returns true if another one follows. */
  private static boolean read(ByteBuffer buffer, List<InterfaceAddress> into)
      throws SystemCallException {
    while (buffer.remaining() >= HEADER) {
      ByteBuffer message = next(buffer, buffer.getInt(buffer.position()));
      short type = message.getShort(Integer.BYTES);
      message.position(HEADER);
      switch (type) {
        case NLMSG_DONE -> {
          return false;
        }
        case NLMSG_ERROR ->
            throw new SystemCallException(
                "netlink", message.remaining() < 4 ? 0 : -message.getInt());
        case RTM_NEWADDR -> address(message, into);
        default -> {
          // other messages were not requested
        }
      }
    }
    return true;
  }

  /** Cuts off a message or an attribute, and continues after it, at a multiple of four. */
  private static ByteBuffer next(ByteBuffer buffer, int length) {
    int within = Math.clamp(length, 1, buffer.remaining());
    ByteBuffer cut = buffer.slice(buffer.position(), within).order(ByteOrder.nativeOrder());
    buffer.position(Math.min(buffer.position() + ((within + 3) & ~3), buffer.limit()));
    return cut;
  }

  private static void address(ByteBuffer message, List<InterfaceAddress> into) {
    if (message.remaining() < IFADDRMSG) {
      return;
    }
    int start = message.position();
    byte family = message.get(start);
    int index = message.getInt(start + IFADDRMSG_INDEX);
    if (family != AF_INET && family != AF_INET6) {
      return;
    }
    message.position(start + IFADDRMSG);
    byte[] own = {};
    while (message.remaining() >= ATTRIBUTE) {
      ByteBuffer attribute =
          next(message, Short.toUnsignedInt(message.getShort(message.position())));
      if (attribute.remaining() < ATTRIBUTE) {
        return;
      }
      short type = attribute.getShort(Short.BYTES);
      if (type == IFA_LOCAL || (type == IFA_ADDRESS && own.length == 0)) {
        own = new byte[attribute.remaining() - ATTRIBUTE];
        attribute.get(ATTRIBUTE, own);
      }
    }
    if (own.length == (family == AF_INET ? 4 : 16)) {
      InetAddress address = address(own);
      if (address instanceof Inet4Address == (family == AF_INET)) { // a pod has no ::ffff:10.0.0.1
        into.add(new InterfaceAddress(address, index));
      }
    }
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(Arrays.toString(octets) + " are an address", e);
    }
  }
}
