package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.Mistake;
import java.util.HashMap;
import java.util.Map;

/** The texts seen so far in a list of sections, where none may occur twice. */
final class Repetitions {

  private final Map<String, Integer> firstLines = new HashMap<>();

  /** Adds a mistake if the text occurred before. */
  void note(Values in, int line, String path, String text) {
    Integer first = firstLines.putIfAbsent(text, line);
    if (first != null) {
      in.mistake(
          line,
          path,
          Mistake.quoted(text) + " again",
          "each only once (first on line " + first + ")");
    }
  }
}
