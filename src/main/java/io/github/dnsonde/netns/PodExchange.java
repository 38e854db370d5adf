package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Questions from pods that may go away meanwhile. A socket keeps its namespace alive, but not the
 * interface in it: what is in flight then waits for an answer that cannot come, and whose fault
 * that is only a look at the namespace tells. It costs a few system calls for each question that
 * failed.
 */
record PodExchange(Exchange exchange, SandboxNetworks networks) implements Exchange {

  @Override
  public void ask(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    Optional<Path> file = networks.fileOf(probe.vantage().from());
    exchange.ask(
        probe, timeout, late, file.isPresent() ? new Fair(networks, file.get(), done) : done);
  }

  /** Tells outcomes with a look at whether the pod is still there; who was answered was. */
  private record Fair(SandboxNetworks networks, Path file, Consumer<Outcome> done)
      implements Consumer<Outcome> {

    @Override
    public void accept(Outcome outcome) {
      InetAddress from = outcome.probe().vantage().from();
      boolean there = outcome.reply() instanceof Reply.Answered || networks.isAt(from, file);
      done.accept(there ? outcome : gone(outcome, from));
    }

    private Outcome gone(Outcome outcome, InetAddress from) {
      return Outcome.untested(
          outcome.probe(),
          outcome.at(),
          Cause.VANTAGE_GONE,
          file + " lost " + from.getHostAddress() + " meanwhile");
    }
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
  public void wakeUp() {
    exchange.wakeUp();
  }

  @Override
  public void close() {
    exchange.close();
  }
}
