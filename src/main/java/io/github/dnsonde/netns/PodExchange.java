package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Sockets.Unavailable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Questions from pods that may go away meanwhile. A socket keeps its namespace alive, but not the
 * interface in it: what is in flight then waits for an answer that cannot come, and whose fault
 * that is only a look at the namespace tells. It costs a few system calls for each question that
 * failed.
 */
record PodExchange(Exchange exchange, SandboxNetworks networks, NamespaceLocator namespaceLocator)
    implements Exchange {

  @Override
  public void ask(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    exchange.ask(probe, timeout, late, watched(probe, done));
  }

  /** As it is where there is no pod to watch: the agent's own, and one that cannot be entered. */
  private Consumer<Outcome> watched(Probe probe, Consumer<Outcome> done) {
    if (probe.vantage().from().isAnyLocalAddress()) {
      return done;
    }
    try {
      return new Fair(namespaceLocator.of(probe.vantage()), done);
    } catch (Unavailable _) {
      return done; // its outcome says the same
    }
  }

  /** Passes outcomes on after a look at whether the pod is still there; who was answered was. */
  private final class Fair implements Consumer<Outcome> {

    private final Entrance entrance;
    private final Consumer<Outcome> done;

    Fair(Entrance entrance, Consumer<Outcome> done) {
      this.entrance = entrance;
      this.done = done;
    }

    @Override
    public void accept(Outcome outcome) {
      done.accept(outcome.reply() instanceof Reply.Answered ? outcome : checked(outcome));
    }

    private Outcome checked(Outcome outcome) {
      InetAddress from = outcome.probe().vantage().from();
      try {
        Entrance now = namespaceLocator.of(outcome.probe().vantage());
        return now.expected().equals(entrance.expected()) && networks.isAt(from, now)
            ? outcome
            : untested(outcome, Cause.VANTAGE_GONE, lost(from));
      } catch (Unavailable e) {
        return untested(outcome, e.untestedBy(), String.valueOf(e.getMessage()));
      }
    }

    private String lost(InetAddress from) {
      return entrance.file() + " lost " + Addresses.text(from) + " meanwhile";
    }
  }

  private static Outcome untested(Outcome outcome, Cause cause, String why) {
    return Outcome.untested(outcome.probe(), outcome.at(), cause, why);
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
