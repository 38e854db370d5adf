package io.github.dnsonde.prometheus;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The labels that a series must have, as PromQL has them. */
final class Matchers {

  private final Map<String, String> labels;

  /** Creates matchers. The names of the labels are from the configuration, which checks them. */
  Matchers(Map<String, String> labels) {
    this.labels = new TreeMap<>(labels);
  }

  /** Returns these and one more. */
  Matchers with(String name, String value) {
    Map<String, String> more = new TreeMap<>(labels);
    more.put(name, value);
    return new Matchers(more);
  }

  /** A selector such as {@code up{cluster="a"}}. */
  String select(String metric) {
    return metric
        + labels.entrySet().stream()
            .map(label -> label.getKey() + "=" + quoted(label.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
  }

  /**
   * A text as a string of PromQL (Prometheus documentation, "String literals", which are those of
   * Go). All characters but a few are escaped as their numbers, so no value ends the string.
   */
  static String quoted(String value) {
    return value
        .codePoints()
        .mapToObj(Matchers::character)
        .collect(Collectors.joining("", "\"", "\""));
  }

  private static String character(int codePoint) {
    boolean plain =
        codePoint < 0x80
            && (Character.isLetterOrDigit(codePoint) || "-_./: ".indexOf(codePoint) >= 0);
    if (plain) {
      return Character.toString(codePoint);
    }
    boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    return "\\U%08x".formatted(half ? 0xfffd : codePoint);
  }
}
