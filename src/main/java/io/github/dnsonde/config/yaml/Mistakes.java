package io.github.dnsonde.config.yaml;

import java.util.ArrayList;
import java.util.List;

/** The mistakes of one file, as they are found. */
final class Mistakes {

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
    found.add(new Mistake("environment", 0, variable, Mistake.quoted(value), expected));
  }

  /** Returns the mistakes so far. */
  List<Mistake> found() {
    return List.copyOf(found);
  }
}
