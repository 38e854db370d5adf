package io.github.dnsonde.bench;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.netns.NetworkNamespaces;
import io.github.dnsonde.netns.SandboxNetworks;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The exchange of the product, driven by one thread like that of the scheduler. */
final class OurExchange implements Contender {

  private final Tally tally = new Tally();
  private final Exchange exchange;
  private final Probe probe;

  private OurExchange(
      Exchange exchange, InetAddress from, Transport transport, InetSocketAddress server) {
    this.exchange = exchange;
    this.probe =
        new Probe(
            new Vantage("bench", "bench", "", "", from),
            new Server("stand-in", server.getAddress(), server.getPort()),
            new Question(NAME, RecordType.A, transport, Scope.INTERNAL, Expectation.ANY_RECORD),
            true);
  }

  /** Creates one in the network of this process. */
  static OurExchange here(Transport transport, InetSocketAddress server) {
    return new OurExchange(
        new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}),
        Vantage.ANY,
        transport,
        server);
  }

  /**
   * Creates one in a pod's network, like the agent. Its descriptors last as long as the process.
   */
  static OurExchange inPod(
      Path folder, InetAddress from, Transport transport, InetSocketAddress server)
      throws Sockets.Unavailable {
    SandboxNetworks networks = new SandboxNetworks(List.of(folder));
    networks.scan();
    Sockets sockets = new NetworkNamespaces(networks.byAddress());
    return new OurExchange(
        networks.watching(new DnsExchange(sockets, Ticker.SYSTEM, _ -> {}), networks.byAddress()),
        from,
        transport,
        server);
  }

  private void done(Outcome outcome) {
    tally.count(outcome.verdict() instanceof Verdict.Good);
  }

  @Override
  public void ask() {
    exchange.query(probe, TIMEOUT, Pace.DEFAULT.late(), this::done);
  }

  @Override
  public void await(Duration atMost) {
    exchange.await(atMost);
  }

  @Override
  public int inFlight() {
    return exchange.inFlight();
  }

  @Override
  public int concurrency() {
    return MANY;
  }

  @Override
  public Tally tally() {
    return tally;
  }

  @Override
  public void close() {
    exchange.close();
  }
}
