package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QuerySocket;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An exchange whose queries wait until the budget allows them. The wait is a part of {@link
 * #query}, which also finishes earlier queries meanwhile.
 */
final class BudgetedExchange implements Exchange {

  private final Exchange exchange;
  private final Turns turns;
  private final boolean toServers;
  private final Duration patience;
  private final Ticker ticker;
  private int reserved;

  /** The place where queries get their turns. */
  interface Turns {

    /** Adds a query; any thread may call it. */
    void add(OtherQueries.Waiting query);

    /** Removes a query. */
    void remove(OtherQueries.Waiting query);
  }

  /**
   * Creates an exchange that waits for the budget.
   *
   * @param patience a query that waits for longer is not sent: its check must go on
   */
  BudgetedExchange(
      Exchange exchange, Turns turns, boolean toServers, Duration patience, Ticker ticker) {
    this.patience = patience;
    this.exchange = exchange;
    this.turns = turns;
    this.toServers = toServers;
    this.ticker = ticker;
  }

  @Override
  public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    if (isAllowed(probe)) {
      exchange.query(probe, timeout, late, done);
    } else {
      done.accept(noRoom(probe));
    }
  }

  private Outcome noRoom(Probe probe) {
    return Outcome.untested(
        probe, ticker.now(), Cause.CAPPED, "the budget had no room for the query");
  }

  @Override
  public QuerySocket openSocket(Vantage vantage, Server server) {
    QuerySocket socket = exchange.openSocket(vantage, server);
    return new QuerySocket() {
      @Override
      public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
        if (isAllowed(probe)) {
          socket.query(probe, timeout, late, done);
        } else {
          done.accept(noRoom(probe));
        }
      }

      @Override
      public void closeWhenIdle() {
        socket.closeWhenIdle();
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  @Override
  public boolean reserve(Probe probe, int times) {
    boolean allowed = isGranted(probe, times);
    reserved = allowed ? times : 0;
    return allowed;
  }

  private boolean isAllowed(Probe probe) {
    if (reserved > 0) {
      reserved--;
      return true;
    }
    return isGranted(probe, 1);
  }

  private boolean isGranted(Probe probe, int times) {
    AtomicBoolean granted = new AtomicBoolean();
    OtherQueries.Waiting waiting =
        new OtherQueries.Waiting(
            probe,
            times,
            toServers,
            () -> {
              granted.set(true);
              exchange.wakeUp();
            });
    long began = ticker.nanos();
    turns.add(waiting);
    long left = patience.toNanos();
    while (!granted.get() && left > 0 && !Thread.currentThread().isInterrupted()) {
      exchange.await(Duration.ofNanos(left));
      left = began + patience.toNanos() - ticker.nanos();
    }
    turns.remove(waiting);
    return granted.get();
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
