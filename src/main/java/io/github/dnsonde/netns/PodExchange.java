package io.github.dnsonde.netns;

import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.ForwardingExchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Sockets.Unavailable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * An exchange for pods that may disappear during a query. A socket keeps its namespace alive, but
 * not the interface in it. A query in flight then waits for an answer that cannot come. Only a look
 * into the namespace shows that the server is not at fault. It costs a few system calls for each
 * failed query.
 */
final class PodExchange extends ForwardingExchange {

  private final SandboxNetworks networks;
  private final NamespaceLocator namespaceLocator;

  PodExchange(Exchange exchange, SandboxNetworks networks, NamespaceLocator namespaceLocator) {
    super(exchange);
    this.networks = networks;
    this.namespaceLocator = namespaceLocator;
  }

  @Override
  protected void query(
      Sending sending, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    sending.query(probe, timeout, late, watched(probe, done));
  }

  /**
   * Returns the callback unchanged if there is no pod to check: for the agent's own vantage, and
   * one that cannot be entered.
   */
  private Consumer<Outcome> watched(Probe probe, Consumer<Outcome> done) {
    if (probe.vantage().from().isAnyLocalAddress()) {
      return done;
    }
    try {
      return new Fair(namespaceLocator.of(probe.vantage()), done);
    } catch (Unavailable _) {
      return done; // its outcome reports the same
    }
  }

  /** Passes outcomes on after checking that the pod still exists; an answer is proof enough. */
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
}
