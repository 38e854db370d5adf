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
 * Opens sockets inside other network namespaces. The calling thread enters, opens the socket, and
 * is home again when the call returns. The socket stays in that namespace, whichever thread uses
 * it. For platform threads only.
 */
public final class NetworkNamespaces implements Sockets, AutoCloseable {

  private final NamespaceLocator namespaceLocator;
  private final NamespaceSwitch namespaceSwitch;

  /**
   * Creates an instance with the calling thread's namespace as home.
   *
   * @param namespaceLocator locates the namespace of each vantage
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

  /**
   * Leaves the address of a pod that lost its own to the kernel, as the pod's own resolver does.
   */
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

  /** Closes home; no socket can be opened afterwards. */
  @Override
  public void close() {
    namespaceSwitch.close();
  }
}
