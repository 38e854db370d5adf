package io.github.dnsonde.log;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.yaml.Mistake;
import java.io.OutputStream;
import java.util.List;

/**
 * The link between configuration and log: applies logging settings, and logs invalid
 * configurations.
 */
public final class ConfigLog {

  /** Maximum number of mistakes that are logged: a file of another kind has one on each line. */
  private static final int MOST = 20;

  private ConfigLog() {}

  /** Applies the logging settings of a configuration. */
  public static void configure(Config config, OutputStream out) {
    Logging.Format format =
        switch (config.logging().format()) {
          case LOGFMT -> Logging.Format.LOGFMT;
          case JSON -> Logging.Format.JSON;
        };
    Logging.configure(format, config.logging().level(), out);
  }

  /** Logs the first mistakes of a changed file, each with a line, and the number of the others. */
  public static void refused(List<Mistake> mistakes, Log log) {
    String message = "configuration refused; the previous one stays in force";
    mistakes.stream()
        .limit(MOST)
        .forEach(mistake -> log.error(Event.of(message).with("mistake", mistake.toString())));
    if (mistakes.size() > MOST) {
      log.error(Event.of(message).with("more_mistakes", mistakes.size() - MOST));
    }
  }
}
