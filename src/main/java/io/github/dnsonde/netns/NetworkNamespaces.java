package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * Sockets made inside other network namespaces. The calling thread goes in, makes the socket, and
 * is home when it comes back; the socket stays there for life, whichever thread uses it. Belongs to
 * platform threads.
 */
public final class NetworkNamespaces implements Sockets, AutoCloseable {

  private final NamespaceLocator namespaceLocator;
  private final NamespaceSwitch namespaceSwitch;

  /**
   * Remembers the calling thread's namespace as home.
   *
   * @param namespaceLocator tells where each vantage's namespace is
   * @throws Unavailable if this system has no network namespaces
   */
  public NetworkNamespaces(NamespaceLocator namespaceLocator) throws Unavailable {
    this.namespaceLocator = namespaceLocator;
    this.namespaceSwitch = new NamespaceSwitch();
  }

  @Override
  public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return namespaceSwitch.inside(namespaceLocator.of(vantage), () -> DatagramChannel.open(family));
  }

  @Override
  public SocketChannel openStream(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return namespaceSwitch.inside(namespaceLocator.of(vantage), () -> SocketChannel.open(family));
  }

  /** A pod that lost its address is left to the kernel, as the pod's own resolver is. */
  @Override
  public Optional<InetAddress> localAddress(Vantage vantage) {
    return Sockets.super.localAddress(vantage).filter(_ -> !addressless(vantage));
  }

  private boolean addressless(Vantage vantage) {
    try {
      return namespaceLocator.of(vantage).addressless();
    } catch (Unavailable _) {
      return false;
    }
  }

  /** Forgets home; no socket can be made after this. */
  @Override
  public void close() {
    namespaceSwitch.close();
  }
}
