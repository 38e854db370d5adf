package io.github.dnsonde.log;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
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

  private static volatile Setup setup = new Setup(Level.INFO, Optional.empty());

  private Logging() {}

  /** How one event becomes one line. */
  public enum Format {
    /** {@code key=value}, quoted where needed. */
    LOGFMT,
    /** One object. */
    JSON
  }

  private record Setup(Level least, Optional<LineHandler> handler) {}

  /**
   * From now on writes every event as one line. May be called again to change any of it; lines
   * written meanwhile are not lost.
   *
   * @param least the least that this program logs; libraries log from warnings upwards, and when
   *     this is debug or less, from information upwards
   * @param out where to; is flushed after each line and never closed
   */
  public static synchronized void configure(
      Format format, System.Logger.Level least, OutputStream out) {
    LineHandler handler = new LineHandler(format, out);
    Level ours = level(least);
    Handler[] old = ROOT.getHandlers();
    setup = new Setup(ours, Optional.of(handler));
    PROGRAM.setLevel(ours);
    ROOT.setLevel(ofLibraries(ours));
    ROOT.addHandler(handler);
    Arrays.stream(old).forEach(ROOT::removeHandler);
  }

  /**
   * Writes a record of ours, even while the process ends: java.util.logging has a shutdown hook
   * that takes the handlers away, at the very moment when the last lines matter.
   */
  static void write(Logger logger, LogRecord written) {
    Setup now = setup;
    if (written.getLevel().intValue() < now.least().intValue()) {
      return;
    }
    Optional<LineHandler> detached =
        now.handler().filter(handler -> !Arrays.asList(ROOT.getHandlers()).contains(handler));
    if (detached.isPresent()) {
      detached.get().publish(written);
    } else {
      logger.log(written);
    }
  }

  private static Level ofLibraries(Level ours) {
    if (ours.intValue() <= Level.FINE.intValue()) {
      return Level.INFO;
    }
    return ours.intValue() > Level.WARNING.intValue() ? ours : Level.WARNING;
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
