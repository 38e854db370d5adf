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

/** Sends a plan's queries a few times, now, on the calling thread. */
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
   * Sends every probe's query {@code count} times, one round a second.
   *
   * @param done receives each round's outcomes, in the plan's order, as soon as all are complete
   */
  static void run(Plan plan, Pace pace, int count, Sockets sockets, Consumer<List<Outcome>> done) {
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

  /** Sends everything at once, up to the limit on queries in flight. */
  private List<Outcome> once() {
    Map<Probe, Outcome> outcomes = new HashMap<>();
    for (Probe probe : plan.probes()) {
      awaitUntilFewerThan(pace.inFlight());
      exchange.query(probe, pace.timeout(), pace.late(), outcome -> outcomes.put(probe, outcome));
      exchange.await(Duration.ZERO); // reads available answers before more queries are sent
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
