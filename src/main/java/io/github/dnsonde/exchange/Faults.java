package io.github.dnsonde.exchange;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Reports exceptions that nothing here expects. One of them concerns one query, which becomes
 * untested; the others go on. The log has the first with its stack trace, then at most one a
 * minute.
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

  /** What becomes of a query that met this exception. */
  Reply.NotSent notSent(RuntimeException e) {
    report(e);
    return new Reply.NotSent(Cause.INTERNAL, text(e));
  }

  /** Writes a line about it, unless there was one within the last minute. */
  void report(RuntimeException e) {
    unlogged++;
    long now = ticker.nanos();
    if (!logged || now - last >= QUIET) {
      LOG.log(
          Level.ERROR,
          "a defect of the agent spoilt a query; such exceptions since the last line: " + unlogged,
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
