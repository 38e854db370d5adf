package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.ForwardingExchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An exchange whose queries wait until the budget allows them. The wait is a part of {@code query},
 * which also finishes earlier queries meanwhile.
 */
final class BudgetedExchange extends ForwardingExchange {

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
    super(exchange);
    this.patience = patience;
    this.turns = turns;
    this.toServers = toServers;
    this.ticker = ticker;
  }

  @Override
  protected void query(
      Sending sending, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    if (isAllowed(probe)) {
      sending.query(probe, timeout, late, done);
    } else {
      done.accept(noRoom(probe));
    }
  }

  private Outcome noRoom(Probe probe) {
    return Outcome.untested(
        probe, ticker.now(), Cause.CAPPED, "the budget had no room for the query");
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
              wakeUp();
            });
    long began = ticker.nanos();
    turns.add(waiting);
    long left = patience.toNanos();
    while (!granted.get() && left > 0 && !Thread.currentThread().isInterrupted()) {
      await(Duration.ofNanos(left));
      left = began + patience.toNanos() - ticker.nanos();
    }
    turns.remove(waiting);
    return granted.get();
  }
}
