package io.github.dnsonde.agent;

import io.github.dnsonde.probe.Exchange;
import java.time.Duration;

/** The wait for the answers to all queries of an exchange. */
final class AllAnswers {

  private AllAnswers() {}

  /**
   * Waits until all queries have ended, or the thread is interrupted.
   *
   * @param atMost the longest wait at a time
   */
  static void await(Exchange exchange, Duration atMost) {
    while (exchange.inFlight() > 0 && !Thread.currentThread().isInterrupted()) {
      exchange.await(atMost);
    }
  }
}
