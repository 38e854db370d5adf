package io.github.dnsonde.probe;

import java.time.Duration;

/**
 * A limit for log lines about events that others can cause at will: one line in each span of time,
 * usually a minute. Events without their own line are counted for the next one. Thread-safe.
 */
public final class LineLimit {

  /** The usual span between two lines. */
  public static final Duration MINUTE = Duration.ofMinutes(1);

  private final Ticker ticker;
  private final long span;
  private boolean written;
  private long last;
  private long pending;

  /** Creates a limit of one line a minute; the first line may be written at once. */
  public LineLimit(Ticker ticker) {
    this(ticker, MINUTE);
  }

  /** Creates a limit of one line in each span; the first line may be written at once. */
  public LineLimit(Ticker ticker, Duration span) {
    this.ticker = ticker;
    this.span = span.toNanos();
  }

  /** Counts an event. */
  public void event() {
    events(1);
  }

  /** Counts several events. */
  public synchronized void events(long count) {
    pending += count;
  }

  /** Returns true if a line may be written now. */
  public synchronized boolean open() {
    return !written || ticker.nanos() - last >= span;
  }

  /**
   * Takes the permission to write a line now, if there are events to report.
   *
   * @return the number of events that the line covers; 0 if no line may be written now, or none is
   *     due
   */
  public synchronized long take() {
    return pending > 0 && open() ? write() : 0;
  }

  /**
   * Records that a line is written now, regardless of the limit.
   *
   * @return the number of events since the last line, which this line covers
   */
  public synchronized long write() {
    written = true;
    last = ticker.nanos();
    return drain();
  }

  /** Forgets the events since the last line, and returns their number for counting elsewhere. */
  public synchronized long drain() {
    long count = pending;
    pending = 0;
    return count;
  }
}
