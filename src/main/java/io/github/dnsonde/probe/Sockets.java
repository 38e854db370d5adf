package io.github.dnsonde.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Where sockets come from. A socket belongs for life to the network namespace in which it was made
 * (network_namespaces(7)), so opening is all that has to happen there; connecting, sending and
 * waiting may follow anywhere.
 */
public interface Sockets {

  /**
   * Opens an unbound, blocking datagram channel in the vantage's network.
   *
   * @throws Unavailable if there is no getting into that network
   * @throws IOException if the system gives no socket
   */
  DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable;

  /**
   * Opens an unbound, blocking stream channel in the vantage's network.
   *
   * @throws Unavailable if there is no getting into that network
   * @throws IOException if the system gives no socket
   */
  SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws IOException, Unavailable;

  /** The address that a vantage's sockets are to be bound to; empty: the kernel chooses one. */
  default Optional<InetAddress> localAddress(Vantage vantage) {
    return Optional.of(vantage.from()).filter(address -> !address.isAnyLocalAddress());
  }

  /** Sockets in the network of this very process. */
  static Sockets ofThisProcess() {
    return new Sockets() {
      @Override
      public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
          throws IOException {
        return DatagramChannel.open(family);
      }

      @Override
      public SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws IOException {
        return SocketChannel.open(family);
      }
    };
  }

  /** No socket can be had in that network, for a reason that is ours. */
  final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    private final Cause cause;

    /** Says why in {@code message}: what was tried and what the system answered. */
    public Unavailable(Cause cause, String message) {
      super(message);
      this.cause = cause;
    }

    /** What the probe is untested by. */
    public Cause untestedBy() {
      return cause;
    }
  }
}
