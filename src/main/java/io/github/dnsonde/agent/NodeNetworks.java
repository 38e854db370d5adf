package io.github.dnsonde.agent;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.netns.NamespaceLocator;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.netns.ScanChanges;
import io.github.dnsonde.plan.NetworkSurvey;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.NetworkChoice;
import io.github.dnsonde.probe.NetworkChoice.Chosen;
import io.github.dnsonde.probe.PodAddress;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The networks of this node's pods: finds them, logs them, and opens sockets in those that a plan
 * chose.
 */
final class NodeNetworks implements AutoCloseable {

  private static final Log LOG = Log.named("netns");

  private final List<Path> directories;
  private final LineLimit failedFiles;
  private final SandboxNetworks sandboxes;
  private final NamespaceLocator namespaceLocator;
  private final NetworkNamespaces sockets;
  private final ContestLog contests;
  private final Ticker ticker;
  private volatile Map<PodAddress, NetworkChoice> choices = Map.of();

  /**
   * Creates an instance that has not scanned any folder.
   *
   * @param directories folders where the container runtime binds network namespaces to files
   * @throws Unavailable if this process may not enter namespaces, with one line that advises what
   *     to do
   */
  NodeNetworks(List<Path> directories) throws Unavailable {
    this(directories, Ticker.SYSTEM);
  }

  NodeNetworks(List<Path> directories, Ticker ticker) throws Unavailable {
    this.ticker = ticker;
    this.directories = List.copyOf(directories);
    this.failedFiles = new LineLimit(ticker);
    this.contests = new ContestLog(LOG, ticker);
    this.sandboxes = new SandboxNetworks(directories, ticker);
    this.namespaceLocator = sandboxes.chosen(() -> choices);
    this.sockets = new NetworkNamespaces(namespaceLocator);
  }

  /**
   * Looks for namespaces that are new or gone, and logs them. For one platform thread.
   *
   * @return true if other networks may be chosen now: some have changed, or a choice depends on
   *     time
   */
  boolean scan() {
    ScanChanges scanChanges = sandboxes.scan();
    scanChanges
        .vanished()
        .forEach(file -> LOG.debug(Event.of("pod network gone").with("file", file.toString())));
    scanChanges.appeared().forEach(NodeNetworks::log);
    scanChanges.failures().forEach(this::log);
    return !scanChanges.appeared().isEmpty()
        || !scanChanges.vanished().isEmpty()
        || choices.values().stream().anyMatch(choice -> !(choice instanceof Chosen));
  }

  /** Logs a failure. One line a minute about files, since each new pod can cause a failure. */
  private void log(ScanChanges.Failure failure) {
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

  private static void log(ScanChanges.Appeared appeared) {
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

  /** Everything that was found, for a plan to choose from. */
  NetworkSurvey survey(OptionalLong podsCurrent) {
    return new NetworkSurvey(sandboxes.found(), ticker.nanos(), ticker.now(), podsCurrent);
  }

  /** Locates vantages by the choices of this plan from now on. */
  void follow(Map<PodAddress, NetworkChoice> chosen) {
    choices = chosen;
    contests.look(chosen);
  }

  /**
   * Returns an exchange that sends from each vantage's own network. A query whose pod disappeared
   * is untested.
   */
  Exchange exchange(Consumer<Duration> starved) {
    return sandboxes.watching(
        new DnsExchange(new ByVantage(sockets), Ticker.SYSTEM, starved), namespaceLocator);
  }

  /** Selects sockets by vantage. One without an address is the agent's own pod. */
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

    @Override
    public Optional<InetAddress> localAddress(Vantage vantage) {
      return of(vantage).localAddress(vantage);
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
