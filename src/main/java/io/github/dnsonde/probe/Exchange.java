package io.github.dnsonde.probe;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The only interface to the network: sends queries and waits for all replies at once.
 *
 * <p>One thread calls everything except {@link #wakeUp}. Only {@link #await} blocks; it also runs
 * the callbacks.
 */
public interface Exchange extends AutoCloseable {

  /**
   * Sends one query with its own socket.
   *
   * @param timeout the longest time to wait for the answer
   * @param late the longest time that a right answer may take
   * @param done called exactly once with the outcome, from within this call or a later {@link
   *     #await} or {@link #close}
   */
  void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done);

  /**
   * Creates a UDP socket for several queries to one server. Nothing is opened before the first
   * query, and the socket is closed with the exchange at the latest.
   */
  QuerySocket openSocket(Vantage vantage, Server server);

  /**
   * Asks for permission to send a query several times at once: the next queries of that number need
   * not wait for a budget. An exchange without a budget always gives it.
   *
   * @return false if the budget had no room
   */
  default boolean reserve(Probe probe, int times) {
    return true;
  }

  /**
   * Waits until data arrives, a deadline passes, {@link #wakeUp} is called or {@code atMost} is
   * over; then finishes the queries that are complete.
   */
  void await(Duration atMost);

  /** Number of queries in flight. */
  int inFlight();

  /** Ends the current or the next {@link #await}; may be called by any thread. */
  void wakeUp();

  /** Ends every query in flight as untested by {@link Cause#SHUTDOWN}. */
  @Override
  void close();
}
