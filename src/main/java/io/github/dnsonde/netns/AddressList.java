package io.github.dnsonde.netns;

import io.github.dnsonde.netns.RouteNetlink.InterfaceAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The addresses of one network namespace that a packet from elsewhere can have as its source.
 * Loopback addresses (RFC 1122 §3.2.1.3) and link-local ones (RFC 3927, RFC 4291 §2.5.6) are
 * excluded.
 *
 * @param primary each address, with true if it is on the primary interface
 * @param cut true if there are more than {@link #MOST}: then the list contains only the addresses
 *     that packets to elsewhere are sent from
 */
record AddressList(Map<InetAddress, Boolean> primary, boolean cut) {

  /** A tenant who gives a pod more addresses than this slows nobody but themselves. */
  static final int MOST = 1_024;

  /**
   * The name that container runtimes give the interface whose addresses become {@code
   * status.podIPs}. Further interfaces, such as those of Multus, have other names.
   */
  private static final String PRIMARY = "eth0";

  /**
   * Addresses of TEST-NET-1 and of the documentation prefix (RFC 5737, RFC 3849): nothing is sent
   * there.
   */
  private static final InetSocketAddress ELSEWHERE =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

  private static final InetSocketAddress ELSEWHERE_6 =
      new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 9);

  AddressList {
    primary = Map.copyOf(primary);
  }

  /** The addresses of this thread's network namespace. */
  static AddressList here() throws SystemCallException {
    List<InterfaceAddress> read = RouteNetlink.addresses(MOST + 1);
    if (read.size() > MOST) {
      return new AddressList(outgoing(), true);
    }
    int eth0 = LibC.interfaceIndex(PRIMARY);
    Map<InetAddress, Boolean> outgoing = eth0 == 0 ? outgoing() : Map.of();
    Map<InetAddress, Boolean> found = new HashMap<>();
    read.stream()
        .filter(address -> counts(address.address()))
        .forEach(
            address ->
                found.merge(
                    address.address(),
                    address.index() == eth0 || outgoing.containsKey(address.address()),
                    Boolean::logicalOr));
    return new AddressList(found, false);
  }

  private static boolean counts(InetAddress address) {
    return !address.isLoopbackAddress() && !address.isLinkLocalAddress();
  }

  private static Map<InetAddress, Boolean> outgoing() {
    Map<InetAddress, Boolean> found = new HashMap<>();
    Stream.of(
            source(StandardProtocolFamily.INET, ELSEWHERE),
            source(StandardProtocolFamily.INET6, ELSEWHERE_6))
        .flatMap(Optional::stream)
        .filter(AddressList::counts)
        .forEach(address -> found.put(address, true));
    return found;
  }

  /** The kernel's choice. Connecting a datagram socket looks up the route and sends nothing. */
  private static Optional<InetAddress> source(ProtocolFamily family, InetSocketAddress to) {
    try (DatagramChannel socket = DatagramChannel.open(family)) {
      socket.connect(to);
      return socket.getLocalAddress() instanceof InetSocketAddress local
          ? Optional.of(local.getAddress()).filter(address -> !address.isAnyLocalAddress())
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException _) {
      return Optional.empty(); // no route, or no such family
    }
  }
}
