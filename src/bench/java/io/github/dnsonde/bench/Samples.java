package io.github.dnsonde.bench;

import java.util.List;
import java.util.stream.Stream;

/** The lines of one page of metrics. */
record Samples(List<String> lines) {

  Samples {
    lines = List.copyOf(lines);
  }

  /** Returns the sum of all series of a metric. */
  long sum(String metric) {
    return of(metric)
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  long series(String metric) {
    return of(metric).count();
  }

  private Stream<String> of(String metric) {
    return lines.stream()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "));
  }
}
