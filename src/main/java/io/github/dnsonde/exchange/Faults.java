package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Logs exceptions that no code here expects. Such an exception makes one query untested and does
 * not affect the others. The first is logged with its stack trace, then at most one a minute.
 */
final class Faults {

  private static final long QUIET = Duration.ofMinutes(1).toNanos();

  private static final System.Logger LOG = System.getLogger(Faults.class.getName());

  private final Ticker ticker;
  private long unlogged;
  private boolean logged;
  private long last;

  Faults(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Logs the exception and returns the reply for the query that it affects. */
  Reply.NotSent notSent(RuntimeException e) {
    report(e);
    return new Reply.NotSent(Cause.INTERNAL, text(e));
  }

  /** Logs the exception, unless a line was written within the last minute. */
  void report(RuntimeException e) {
    unlogged++;
    long now = ticker.nanos();
    if (!logged || now - last >= QUIET) {
      LOG.log(
          Level.ERROR,
          "a defect of the agent made a query fail; such exceptions since the last line: "
              + unlogged,
          e);
      logged = true;
      last = now;
      unlogged = 0;
    }
  }

  private static String text(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
