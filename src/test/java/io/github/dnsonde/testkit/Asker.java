package io.github.dnsonde.testkit;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.lookup.TrialRun;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sends a query and waits, for tests that need one outcome in one line. For one thread. */
public final class Asker implements AutoCloseable {

  /** Long enough for every answer that does arrive. */
  public static final Duration PATIENT = Duration.ofSeconds(20);

  /** A short limit, for answers that do not arrive. */
  public static final Duration BRIEF = Duration.ofMillis(200);

  private final List<Duration> standstills = new ArrayList<>();
  private final Exchange exchange;

  public Asker() {
    this(Sockets.ofThisProcess(), Ticker.SYSTEM);
  }

  public Asker(Sockets sockets, Ticker ticker) {
    this.exchange = new DnsExchange(sockets, ticker, standstills::add);
  }

  /** Sends a query and waits for the outcome; nothing is late. */
  public Outcome ask(Probe probe, Duration timeout) {
    return ask(probe, timeout, timeout);
  }

  /** Sends a query and waits for the outcome. */
  public Outcome ask(Probe probe, Duration timeout, Duration late) {
    List<Outcome> outcomes = new ArrayList<>();
    exchange.query(probe, timeout, late, outcomes::add);
    while (outcomes.isEmpty()) {
      exchange.await(Duration.ofSeconds(1));
    }
    if (outcomes.size() > 1) {
      throw new AssertionError("one query must have one outcome, had " + outcomes);
    }
    return outcomes.getFirst();
  }

  /** Sends the queries of a trial and waits for its outcome; nothing is late. */
  public TrialOutcome compare(Trial trial, Duration timeout) {
    List<TrialOutcome> outcomes = new ArrayList<>();
    Pace pace = new Pace(timeout, timeout, timeout, 10, 10);
    TrialRun.start(trial, pace, exchange, Ticker.SYSTEM, _ -> {}, outcomes::add);
    awaitUntilIdle();
    return outcomes.getFirst();
  }

  /** Runs the exchange until no query is in flight. */
  public void awaitUntilIdle() {
    while (exchange.inFlight() > 0) {
      exchange.await(Duration.ofSeconds(1));
    }
  }

  public Exchange exchange() {
    return exchange;
  }

  /** Stalls of this thread so far: queries in flight meanwhile could not be timed. */
  public List<Duration> standstills() {
    return List.copyOf(standstills);
  }

  @Override
  public void close() {
    exchange.close();
  }
}
