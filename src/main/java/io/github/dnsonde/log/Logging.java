package io.github.dnsonde.log;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets up java.util.logging for the whole process. */
public final class Logging {

  /** What all loggers of this program start with. */
  static final String OURS = "io.github.dnsonde";

  private static final Logger ROOT = Logger.getLogger("");

  /** Held here: java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger PROGRAM = Logger.getLogger(OURS);

  private static final LineHandler HANDLER = new LineHandler();

  private static volatile Level ours = Level.INFO;

  private Logging() {}

  /** How one event becomes one line. */
  public enum Format {
    /** {@code key=value}, quoted where needed. */
    LOGFMT,
    /** One object. */
    JSON
  }

  /**
   * From now on writes every event as one line. May be called again to change any of it; lines
   * written meanwhile are neither lost nor doubled.
   *
   * @param least the least that this program logs; libraries log from warnings upwards, and when
   *     this is debug or less, from information upwards
   * @param out where to; is flushed after each line and never closed
   */
  public static synchronized void configure(
      Format format, System.Logger.Level least, OutputStream out) {
    HANDLER.writeTo(format, out);
    ours = level(least);
    PROGRAM.setLevel(ours);
    ROOT.setLevel(ofLibraries(ours));
    for (Handler handler : ROOT.getHandlers()) {
      if (!handler.equals(HANDLER)) {
        ROOT.removeHandler(handler);
      }
    }
    if (!attached()) {
      ROOT.addHandler(HANDLER);
    }
  }

  /**
   * Writes a record of ours, even while the process ends: java.util.logging has a shutdown hook
   * that takes the handlers away, at the very moment when the last lines matter.
   */
  static void write(Logger logger, LogRecord written) {
    if (written.getLevel().intValue() < ours.intValue()) {
      return;
    }
    if (HANDLER.hasTarget() && !attached()) {
      HANDLER.publish(written);
    } else {
      logger.log(written);
    }
  }

  private static boolean attached() {
    return Arrays.asList(ROOT.getHandlers()).contains(HANDLER);
  }

  private static Level ofLibraries(Level least) {
    if (least.intValue() <= Level.FINE.intValue()) {
      return Level.INFO;
    }
    return least.intValue() > Level.WARNING.intValue() ? least : Level.WARNING;
  }

  private static Level level(System.Logger.Level level) {
    return switch (level) {
      case ALL -> Level.ALL;
      case TRACE -> Level.FINER;
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
      case OFF -> Level.OFF;
    };
  }
}
