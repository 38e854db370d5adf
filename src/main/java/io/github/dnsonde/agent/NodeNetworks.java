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

/** The networks of this node's pods: found, told in the log, asked from as a plan chose. */
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
   * Looks into no folder yet.
   *
   * @param directories where the container runtime binds network namespaces to files
   * @throws Unavailable if this process may enter none, with one line that says what to do
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
   * Looks for namespaces that are new or gone, and tells what it found. Belongs to one platform
   * thread.
   *
   * @return whether other networks may be chosen now: others are there, or time alone will tell
   */
  boolean scan() {
    ScanChanges scanChanges = sandboxes.scan();
    scanChanges
        .vanished()
        .forEach(file -> LOG.debug(Event.of("pod network gone").with("file", file.toString())));
    scanChanges.appeared().forEach(NodeNetworks::tell);
    scanChanges.failures().forEach(this::tell);
    return !scanChanges.appeared().isEmpty()
        || !scanChanges.vanished().isEmpty()
        || choices.values().stream().anyMatch(choice -> !(choice instanceof Chosen));
  }

  /** One line a minute about files, since each new pod can bring one with a failure of its own. */
  private void tell(ScanChanges.Failure failure) {
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

  private static void tell(ScanChanges.Appeared appeared) {
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

  /** All that was found, for a plan to choose from. */
  NetworkSurvey survey(OptionalLong podsCurrent) {
    return new NetworkSurvey(sandboxes.found(), ticker.nanos(), ticker.now(), podsCurrent);
  }

  /** From now on vantages are found as this plan chose. */
  void follow(Map<PodAddress, NetworkChoice> chosen) {
    choices = chosen;
    contests.look(chosen);
  }

  /** Asks from each vantage's own network; a question whose pod went away is untested. */
  Exchange exchange(Consumer<Duration> starved) {
    return sandboxes.watching(
        new DnsExchange(new ByVantage(sockets), Ticker.SYSTEM, starved), namespaceLocator);
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
