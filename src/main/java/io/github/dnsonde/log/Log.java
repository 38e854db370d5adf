package io.github.dnsonde.log;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A named log for events. Never throws. */
public final class Log {

  private final Logger logger;

  private Log(Logger logger) {
    this.logger = logger;
  }

  /**
   * Creates a log of this program.
   *
   * @param name one word, the line's field {@code logger}
   */
  public static Log named(String name) {
    return new Log(Logger.getLogger(Logging.OURS + "." + name));
  }

  /** Returns true if {@link #debug} writes events. */
  public boolean debugs() {
    return logger.isLoggable(Level.FINE);
  }

  public void debug(Event event) {
    write(Level.FINE, event);
  }

  public void info(Event event) {
    write(Level.INFO, event);
  }

  public void warn(Event event) {
    write(Level.WARNING, event);
  }

  public void error(Event event) {
    write(Level.SEVERE, event);
  }

  private void write(Level level, Event event) {
    LogRecord written = new LogRecord(level, event.message());
    written.setLoggerName(logger.getName());
    written.setParameters(new Object[] {event});
    event.error().ifPresent(written::setThrown);
    Logging.write(logger, written);
  }
}
