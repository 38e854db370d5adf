package io.github.dnsonde;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.netns.Changes;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Sockets.Unavailable;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The networks of this node's pods: found, told in the log, asked from. */
final class NodeNetworks implements AutoCloseable {

  private static final Log LOG = Log.named("netns");

  private final List<Path> directories;
  private final LineLimit failedFiles = new LineLimit(Ticker.SYSTEM);
  private final SandboxNetworks sandboxes;
  private final NetworkNamespaces sockets;

  /**
   * Looks into no folder yet.
   *
   * @param directories where the container runtime binds network namespaces to files
   * @throws Unavailable if this process may enter none, with one line that says what to do
   */
  NodeNetworks(List<Path> directories) throws Unavailable {
    this.directories = List.copyOf(directories);
    this.sandboxes = new SandboxNetworks(directories);
    this.sockets = new NetworkNamespaces(vantage -> sandboxes.fileOf(vantage.from()));
  }

  /**
   * Looks for namespaces that are new or gone, and tells what it found. Belongs to one platform
   * thread.
   *
   * @return whether other addresses are known now
   */
  boolean scan() {
    Changes changes = sandboxes.scan();
    changes
        .vanished()
        .forEach(file -> LOG.debug(Event.of("pod network gone").with("file", file.toString())));
    changes.appeared().forEach(NodeNetworks::tell);
    changes.failures().forEach(this::tell);
    return !changes.appeared().isEmpty() || !changes.vanished().isEmpty();
  }

  /** One line a minute about files, since each new pod can bring one with a failure of its own. */
  private void tell(Changes.Failure failure) {
    Event event =
        Event.of("no pod network")
            .with("file", failure.file().toString())
            .with("error", failure.words());
    if (directories.contains(failure.file())) {
      LOG.warn(event);
      return;
    }
    failedFiles.event();
    long count = failedFiles.take();
    if (count > 0) {
      LOG.warn(event.with("count", count));
    } else {
      LOG.debug(event);
    }
  }

  private static void tell(Changes.Appeared appeared) {
    LOG.debug(
        Event.of("pod network found")
            .with("file", appeared.file().toString())
            .with(
                "addresses",
                appeared.addresses().stream()
                    .map(Addresses::text)
                    .sorted()
                    .collect(Collectors.joining(" "))));
  }

  /** Every address that a pod has here. */
  Set<InetAddress> addresses() {
    return sandboxes.addresses();
  }

  /** Asks from each vantage's own network; a question whose pod went away is untested. */
  Exchange exchange(Consumer<Duration> starved) {
    return sandboxes.watching(new DnsExchange(new ByVantage(sockets), Ticker.SYSTEM, starved));
  }

  /** A vantage without an address of its own is the agent's own pod. */
  private record ByVantage(Sockets pods) implements Sockets {
    @Override
    public DatagramChannel openDatagram(Vantage vantage, ProtocolFamily family)
        throws IOException, Unavailable {
      return of(vantage).openDatagram(vantage, family);
    }

    @Override
    public SocketChannel openStream(Vantage vantage, ProtocolFamily family)
        throws IOException, Unavailable {
      return of(vantage).openStream(vantage, family);
    }

    private Sockets of(Vantage vantage) {
      return vantage.from().isAnyLocalAddress() ? Sockets.ofThisProcess() : pods;
    }
  }

  @Override
  public void close() {
    sockets.close();
    sandboxes.close();
  }
}
