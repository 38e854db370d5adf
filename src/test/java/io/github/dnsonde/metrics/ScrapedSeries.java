package io.github.dnsonde.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A sample of our own families as a scrape reads it, for tests outside this room.
 *
 * @param name of the series
 * @param labels without those that the scrape adds
 */
public record ScrapedSeries(String name, Map<String, String> labels, double value) {

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  public ScrapedSeries {
    labels = Map.copyOf(labels);
  }

  /** Reads the page that a scrape would get now. */
  public static List<ScrapedSeries> of(Metrics metrics) {
    return Page.of(metrics).samples().stream().map(ScrapedSeries::parse).toList();
  }

  private static ScrapedSeries parse(String line) {
    Map<String, String> labels = new TreeMap<>();
    int end = line.lastIndexOf(' ');
    LABEL
        .matcher(line.substring(0, end))
        .results()
        .forEach(label -> labels.put(label.group(1), label.group(2)));
    String value = line.substring(end + 1);
    return new ScrapedSeries(
        Page.nameOf(line),
        labels,
        value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value));
  }
}
