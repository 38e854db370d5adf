package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;

/**
 * Sockets made inside other network namespaces. The calling thread goes in, makes the socket, and
 * is home when it comes back; the socket stays there for life, whichever thread uses it. Belongs to
 * platform threads.
 */
public final class NetworkNamespaces implements Sockets, AutoCloseable {

  private final Whereabouts whereabouts;
  private final Doorway doorway;

  /**
   * Remembers the calling thread's namespace as home.
   *
   * @param whereabouts tells where each vantage's namespace is
   * @throws Unavailable if this system has no network namespaces
   */
  public NetworkNamespaces(Whereabouts whereabouts) throws Unavailable {
    this.whereabouts = whereabouts;
    this.doorway = new Doorway();
  }

  @Override
  public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return doorway.inside(whereabouts.of(vantage), () -> DatagramChannel.open(family));
  }

  @Override
  public SocketChannel openStream(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return doorway.inside(whereabouts.of(vantage), () -> SocketChannel.open(family));
  }

  /** Forgets home; no socket can be made after this. */
  @Override
  public void close() {
    doorway.close();
  }
}
