package io.github.dnsonde.testkit;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks and waits, for tests that want one outcome in one line. Belongs to one thread. */
public final class Asker implements AutoCloseable {

  /** Long enough for every answer that does come. */
  public static final Duration PATIENT = Duration.ofSeconds(20);

  /** Short, for answers that do not. */
  public static final Duration BRIEF = Duration.ofMillis(200);

  private final List<Duration> standstills = new ArrayList<>();
  private final Exchange exchange;

  public Asker() {
    this(Sockets.ofThisProcess(), Ticker.SYSTEM);
  }

  public Asker(Sockets sockets, Ticker ticker) {
    this.exchange = new DnsExchange(sockets, ticker, standstills::add);
  }

  /** Asks and waits for the outcome; nothing is late. */
  public Outcome ask(Probe probe, Duration timeout) {
    return ask(probe, timeout, timeout);
  }

  /** Asks and waits for the outcome. */
  public Outcome ask(Probe probe, Duration timeout, Duration late) {
    List<Outcome> outcomes = new ArrayList<>();
    exchange.ask(probe, timeout, late, outcomes::add);
    while (outcomes.isEmpty()) {
      exchange.await(Duration.ofSeconds(1));
    }
    if (outcomes.size() > 1) {
      throw new AssertionError("one question must have one outcome, had " + outcomes);
    }
    return outcomes.getFirst();
  }

  /** Runs the exchange until nothing is in flight. */
  public void awaitUntilIdle() {
    while (exchange.inFlight() > 0) {
      exchange.await(Duration.ofSeconds(1));
    }
  }

  public Exchange exchange() {
    return exchange;
  }

  /** Standstills of this thread so far: what ran meanwhile could not be timed. */
  public List<Duration> standstills() {
    return List.copyOf(standstills);
  }

  @Override
  public void close() {
    exchange.close();
  }
}
