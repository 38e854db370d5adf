package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sockets made inside other network namespaces. The calling thread goes in, makes the socket, and
 * is home when it comes back; the socket stays there for life, whichever thread uses it. Belongs to
 * platform threads.
 */
public final class NetworkNamespaces implements Sockets, AutoCloseable {

  private final Function<Vantage, Optional<Path>> files;
  private final Doorway doorway;

  /**
   * Remembers the calling thread's namespace as home.
   *
   * @param files where each vantage's namespace is bound to a file; empty when it is gone
   * @throws Unavailable if this system has no network namespaces
   */
  public NetworkNamespaces(Function<Vantage, Optional<Path>> files) throws Unavailable {
    this.files = files;
    this.doorway = new Doorway();
  }

  @Override
  public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return doorway.inside(file(vantage), () -> DatagramChannel.open(family));
  }

  @Override
  public SocketChannel openStream(Vantage vantage, ProtocolFamily family)
      throws IOException, Unavailable {
    return doorway.inside(file(vantage), () -> SocketChannel.open(family));
  }

  private Path file(Vantage vantage) throws Unavailable {
    return files
        .apply(vantage)
        .orElseThrow(
            () ->
                new Unavailable(
                    Cause.VANTAGE_GONE,
                    vantage.namespace() + "/" + vantage.pod() + " has no network namespace"));
  }

  /** Forgets home; no socket can be made after this. */
  @Override
  public void close() {
    doorway.close();
  }
}
