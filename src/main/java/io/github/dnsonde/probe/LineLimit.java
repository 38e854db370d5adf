package io.github.dnsonde.probe;

import java.time.Duration;

/**
 * A limit for log lines about events that others can cause at will: one line in each span of time,
 * usually a minute. Events without a line of their own are counted for the next one. Thread-safe.
 */
public final class LineLimit {

  /** The usual span between two lines. */
  public static final Duration MINUTE = Duration.ofMinutes(1);

  private final Ticker ticker;
  private final long span;
  private boolean written;
  private long last;
  private long pending;

  /** A limit of one line a minute; the first line may be written at once. */
  public LineLimit(Ticker ticker) {
    this(ticker, MINUTE);
  }

  /** A limit of one line in each span; the first line may be written at once. */
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

  /** Whether a line may be written now. */
  public synchronized boolean open() {
    return !written || ticker.nanos() - last >= span;
  }

  /**
   * Takes the permission to write a line now, if there is something to report.
   *
   * @return the events that the line stands for; 0 if no line may be written now, or none is due
   */
  public synchronized long take() {
    return pending > 0 && open() ? write() : 0;
  }

  /**
   * Notes that a line is written now, whatever the limit says.
   *
   * @return the events since the last line, which this line stands for
   */
  public synchronized long write() {
    written = true;
    last = ticker.nanos();
    return drain();
  }

  /**
   * Forgets the events since the last line, and returns their number: they are counted elsewhere.
   */
  public synchronized long drain() {
    long count = pending;
    pending = 0;
    return count;
  }
}
