package io.github.dnsonde.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Our own families, or all of them, as a scraper reads them.
 *
 * @param samples the lines that are not comments
 */
record Page(List<String> samples) {

  private static final Pattern HISTOGRAM_PARTS = Pattern.compile("_seconds_(bucket|sum)$");

  static Page of(Metrics metrics) {
    return of(text -> metrics.writeOwn("text/plain", text));
  }

  /** All families, with those of the virtual machine. */
  static Page whole(Metrics metrics) {
    return of(text -> metrics.write("text/plain", text));
  }

  private interface Scrape {
    void into(OutputStream text) throws IOException;
  }

  private static Page of(Scrape scrape) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      scrape.into(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(
        text.toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .toList());
  }

  /** The value of the only sample of that name that contains all parts. */
  double value(String name, String... parts) {
    List<String> found =
        samples.stream()
            .filter(line -> nameOf(line).equals(name))
            .filter(line -> Stream.of(parts).allMatch(line::contains))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(
          "one sample of " + name + " with " + List.of(parts) + " expected, found " + found);
    }
    String value = found.getFirst().substring(found.getFirst().lastIndexOf(' ') + 1);
    return Double.parseDouble(value.replace("+Inf", "Infinity"));
  }

  long count(String name) {
    return samples.stream().filter(line -> nameOf(line).equals(name)).count();
  }

  /** The names of all series; to Prometheus a native histogram is one, shown as three lines. */
  Stream<String> names(Histograms histograms) {
    return samples.stream()
        .map(Page::nameOf)
        .filter(
            name ->
                histograms != Histograms.NATIVE
                    || !name.startsWith("dnsonde_")
                    || !HISTOGRAM_PARTS.matcher(name).find());
  }

  boolean speaksOf(String part) {
    return !linesWith(part).isEmpty();
  }

  List<String> linesWith(String part) {
    return samples.stream().filter(line -> line.contains(part)).toList();
  }

  static String nameOf(String line) {
    return line.split("[{ ]", 2)[0];
  }
}
