package io.github.dnsonde.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * The source of sockets. A socket belongs for life to the network namespace in which it was opened
 * (network_namespaces(7)). So only opening has to happen there; connecting, sending and waiting may
 * follow anywhere.
 */
public interface Sockets {

  /**
   * Opens an unbound, blocking datagram channel in the vantage's network.
   *
   * @throws Unavailable if that network cannot be entered
   * @throws IOException if the system provides no socket
   */
  DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable;

  /**
   * Opens an unbound, blocking stream channel in the vantage's network.
   *
   * @throws Unavailable if that network cannot be entered
   * @throws IOException if the system provides no socket
   */
  SocketChannel openStream(Vantage vantage, ProtocolFamily family) throws IOException, Unavailable;

  /** The address to bind a vantage's sockets to; empty if the kernel chooses one. */
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

  /** Thrown if no socket can be opened in that network, for a reason that is ours. */
  final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    private final Cause cause;

    /** Creates the exception with a message that states the attempt and the system's error. */
    public Unavailable(Cause cause, String message) {
      super(message);
      this.cause = cause;
    }

    /** The cause for which the probe is untested. */
    public Cause untestedBy() {
      return cause;
    }
  }
}
