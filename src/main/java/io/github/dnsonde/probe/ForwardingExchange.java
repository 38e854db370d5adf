package io.github.dnsonde.probe;

import java.time.Duration;
import java.util.function.Consumer;

/** An exchange that leaves the network to another one, and may change how each query is sent. */
public abstract class ForwardingExchange implements Exchange {

  private final Exchange exchange;

  /** Sends a query by the other exchange, with its own socket or a shared one. */
  public interface Sending {

    /** Sends it, like {@link Exchange#query}. */
    void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done);
  }

  protected ForwardingExchange(Exchange exchange) {
    this.exchange = exchange;
  }

  /** Sends one query, or reports why it is not sent. */
  protected abstract void query(
      Sending sending, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done);

  @Override
  public final void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
    query(exchange::query, probe, timeout, late, done);
  }

  @Override
  public final QuerySocket openSocket(Vantage vantage, Server server) {
    QuerySocket socket = exchange.openSocket(vantage, server);
    return new QuerySocket() {
      @Override
      public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
        ForwardingExchange.this.query(socket::query, probe, timeout, late, done);
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
    return exchange.reserve(probe, times);
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
