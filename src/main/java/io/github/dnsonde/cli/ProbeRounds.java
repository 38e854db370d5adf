package io.github.dnsonde.cli;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A plan asked a few times, here and now, by the thread that calls. */
final class ProbeRounds {

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final Exchange exchange;
  private final Plan plan;
  private final Pace pace;

  private ProbeRounds(Exchange exchange, Plan plan, Pace pace) {
    this.exchange = exchange;
    this.plan = plan;
    this.pace = pace;
  }

  /**
   * Asks every probe so many times, one round a second.
   *
   * @param done told of each round's outcomes, in the plan's order, as soon as all are in
   */
  static void ask(Plan plan, Pace pace, int count, Sockets sockets, Consumer<List<Outcome>> done) {
    try (Exchange exchange = new DnsExchange(sockets, Ticker.SYSTEM, _ -> {})) {
      ProbeRounds probeRounds = new ProbeRounds(exchange, plan, pace);
      for (int round = 1; round <= count; round++) {
        long next = Ticker.SYSTEM.nanos() + BETWEEN.toNanos();
        done.accept(probeRounds.once());
        if (round < count) {
          probeRounds.rest(next);
        }
      }
    }
  }

  /** Everything at once, but for the cap on questions in flight. */
  private List<Outcome> once() {
    Map<Probe, Outcome> outcomes = new HashMap<>();
    for (Probe probe : plan.probes()) {
      awaitUntilFewerThan(pace.inFlight());
      exchange.ask(probe, pace.timeout(), pace.late(), outcome -> outcomes.put(probe, outcome));
      exchange.await(Duration.ZERO); // an answer that is there is not left lying while more go out
    }
    awaitUntilFewerThan(1);
    return plan.probes().stream()
        .map(probe -> requireNonNull(outcomes.get(probe), "every probe has an outcome"))
        .toList();
  }

  private void awaitUntilFewerThan(int inFlight) {
    while (exchange.inFlight() >= inFlight) {
      exchange.await(pace.timeout());
    }
  }

  private void rest(long until) {
    for (long left = until - Ticker.SYSTEM.nanos();
        left > 0;
        left = until - Ticker.SYSTEM.nanos()) {
      exchange.await(Duration.ofNanos(left));
    }
  }
}
