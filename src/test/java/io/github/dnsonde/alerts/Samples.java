package io.github.dnsonde.alerts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Scraped samples in promtool's notation. */
final class Samples {

  private final int scrape;
  private final int length;
  private final Map<String, Map<Integer, Double>> series = new TreeMap<>();

  /**
   * Starts empty.
   *
   * @param scrape seconds from one scrape to the next
   * @param length seconds
   */
  Samples(int scrape, int length) {
    this.scrape = scrape;
    this.length = length;
  }

  void put(String metric, Map<String, String> labels, int at, double value) {
    series.computeIfAbsent(name(metric, labels), _ -> new TreeMap<>()).put(at, value);
  }

  static String name(String metric, Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(label -> label.getKey() + "=\"" + label.getValue() + "\"")
            .collect(Collectors.joining(", ", metric + "{", "}"));
  }

  /** Returns one entry for each series. */
  List<Map<String, String>> inputSeries() {
    List<Map<String, String>> all = new ArrayList<>();
    series.forEach((name, values) -> all.add(Map.of("series", name, "values", notation(values))));
    return all;
  }

  /** Marks a series stale that is not in the next scrape, as Prometheus does. */
  private String notation(Map<Integer, Double> values) {
    StringBuilder text = new StringBuilder();
    int blanks = 0;
    for (int at = 0; at <= length; at += Scenario.GRID) {
      String token = token(values, at);
      if (token.equals("_")) {
        blanks++;
        continue;
      }
      blanks(text, blanks);
      blanks = 0;
      text.append(token).append(' ');
    }
    return text.toString().strip();
  }

  private String token(Map<Integer, Double> values, int at) {
    Double value = values.get(at);
    if (value != null) {
      return text(value);
    }
    return values.containsKey(at - scrape) ? "stale" : "_";
  }

  private static void blanks(StringBuilder text, int count) {
    if (count > 0) {
      text.append(count == 1 ? "_ " : "_x" + count + " ");
    }
  }

  private static String text(double value) {
    if (Double.isInfinite(value)) {
      return "Inf";
    }
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
