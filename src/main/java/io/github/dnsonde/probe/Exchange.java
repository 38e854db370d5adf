package io.github.dnsonde.probe;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * The one seam to the network: asks questions, waits for all their answers at once.
 *
 * <p>Belongs to one thread, which calls everything but {@link #wakeUp}. Nothing blocks but {@link
 * #await}, which also runs the callbacks.
 */
public interface Exchange extends AutoCloseable {

  /**
   * Asks one question with a socket of its own.
   *
   * @param timeout how long to wait for the answer
   * @param late what a right answer may take
   * @param done called exactly once with the outcome, from within this call or a later {@link
   *     #await} or {@link #close}
   */
  void ask(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done);

  /**
   * Waits until something came, a deadline passed, {@link #wakeUp} was called or {@code atMost} is
   * over; then finishes what can be finished.
   */
  void await(Duration atMost);

  /** Questions asked and not yet done. */
  int inFlight();

  /** Ends a running or the next {@link #await}; may be called by any thread. */
  void wakeUp();

  /** Ends every question in flight as untested by {@link Cause#SHUTDOWN}. */
  @Override
  void close();
}
