package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Choice;
import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import java.util.LinkedHashMap;
import java.util.Map;

/** The section {@code logging}: how much is logged, and in which format. */
final class LoggingSection {

  private static final Map<String, System.Logger.Level> LEVELS = levels();

  private static final Scalar<Config.LogFormat> FORMAT =
      Scalar.of(
          "format",
          Choice.ofLowerCase(Config.LogFormat.values()),
          "logfmt",
          "The format of an event: always one line, on standard error.");
  private static final Scalar<System.Logger.Level> LEVEL =
      Scalar.of(
          "level",
          new Choice<>(LEVELS),
          "info",
          "The lowest level that is logged. `debug` adds each right answer, and the libraries'"
              + " messages.");

  static final Section<Config.Logging> SECTION =
      Section.of("logging", in -> new Config.Logging(in.get(FORMAT), in.get(LEVEL)), FORMAT, LEVEL);

  private LoggingSection() {}

  private static Map<String, System.Logger.Level> levels() {
    Map<String, System.Logger.Level> levels = new LinkedHashMap<>();
    levels.put("debug", System.Logger.Level.DEBUG);
    levels.put("info", System.Logger.Level.INFO);
    levels.put("warn", System.Logger.Level.WARNING);
    levels.put("error", System.Logger.Level.ERROR);
    return levels;
  }
}
