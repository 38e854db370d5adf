package io.github.dnsonde.config;

import io.github.dnsonde.config.ConfigException.Mistake;
import io.github.dnsonde.probe.SafeText;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with one file, as it is found. */
final class Mistakes {

  /** Longer values are cut: a mistake is one line. */
  private static final int MAX_SHOWN = 60;

  private final String file;
  private final List<Mistake> found = new ArrayList<>();

  Mistakes(String file) {
    this.file = file;
  }

  /** Notes a mistake at a line of the file; 0 for the file as a whole. */
  void add(int line, String path, String what, String expected) {
    found.add(new Mistake(file, line, path, what, expected));
  }

  /** Notes a mistake in the environment, where the path is the variable. */
  void addVariable(String variable, String value, String expected) {
    found.add(new Mistake("environment", 0, variable, quoted(value), expected));
  }

  /** Throws all that was noted, if anything was. */
  void raise() throws ConfigException {
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
  }

  /** A text from the file, fit for one line. */
  static String quoted(String text) {
    return "'" + SafeText.part(text, MAX_SHOWN) + "'";
  }
}
