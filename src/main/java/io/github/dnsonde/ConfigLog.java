package io.github.dnsonde;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigException.Mistake;
import io.github.dnsonde.log.Event;
import io.github.dnsonde.log.Log;
import io.github.dnsonde.log.Logging;
import java.io.OutputStream;
import java.util.List;

/** What a configuration means for the log, and what the log says of one that cannot be used. */
final class ConfigLog {

  private ConfigLog() {}

  /** From now on lines look as the configuration says. */
  static void configure(Config config, OutputStream out) {
    Logging.Format format =
        switch (config.logging().format()) {
          case LOGFMT -> Logging.Format.LOGFMT;
          case JSON -> Logging.Format.JSON;
        };
    Logging.configure(format, config.logging().level(), out);
  }

  /** Tells each mistake of a changed file. */
  static void refused(List<Mistake> mistakes, Log log) {
    mistakes.forEach(
        mistake ->
            log.error(
                Event.of("configuration refused, the one before stays in force")
                    .with("mistake", mistake.toString())));
  }
}
