package io.github.dnsonde.log;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets up java.util.logging for the whole process. */
public final class Logging {

  /** The prefix of all logger names of this program. */
  static final String OURS = "io.github.dnsonde";

  private static final Logger ROOT = Logger.getLogger("");

  /** Kept here, because java.util.logging forgets the level of a logger without a reference. */
  private static final Logger PROGRAM = Logger.getLogger(OURS);

  private static final LineHandler HANDLER = new LineHandler();

  private static volatile Level ours = Level.INFO;

  private Logging() {}

  /** The formats of a line. */
  public enum Format {
    /** Pairs of {@code key=value}, quoted if necessary. */
    LOGFMT,
    /** One JSON object. */
    JSON
  }

  /**
   * Switches to these settings; every event is written as one line. May be called again to change
   * any of them. Lines written meanwhile are neither lost nor duplicated.
   *
   * @param least the lowest level that this program logs; libraries log from warnings upwards, and
   *     if this is debug or less, from information upwards
   * @param out the target; is flushed after each line and never closed
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
   * that removes the handlers just when the last lines matter.
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
