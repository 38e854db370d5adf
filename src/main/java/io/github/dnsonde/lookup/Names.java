package io.github.dnsonde.lookup;

import io.github.dnsonde.probe.Question;
import java.util.Optional;

/** Absolute names, as far as a query can carry them (RFC 1035 §2.3.4). */
final class Names {

  private Names() {}

  /** Appends a search domain; the root ({@code .}) adds nothing. Empty if the result is invalid. */
  static Optional<String> joined(String name, String domain) {
    String trimmed = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    return trimmed.isEmpty() ? absolute(name) : absolute(name + "." + trimmed);
  }

  /** Adds the final dot if it is missing. Empty if the result is invalid. */
  static Optional<String> absolute(String name) {
    String absolute = Question.absolute(name);
    try {
      Question.checkName(absolute);
      return Optional.of(absolute);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
