package io.github.dnsonde.config.yaml;

import java.util.ArrayList;
import java.util.List;

/** Collects the mistakes of one file. */
final class Mistakes {

  private final String file;
  private final List<Mistake> found = new ArrayList<>();

  Mistakes(String file) {
    this.file = file;
  }

  /** Adds a mistake at a line of the file; 0 for the whole file. */
  void add(int line, String path, String what, String expected) {
    found.add(new Mistake(file, line, path, what, expected));
  }

  /** Adds a mistake in the environment, where the path is the variable. */
  void addVariable(String variable, String value, String expected) {
    found.add(new Mistake("environment", 0, variable, Mistake.quoted(value), expected));
  }

  /** Returns the mistakes so far. */
  List<Mistake> found() {
    return List.copyOf(found);
  }
}
