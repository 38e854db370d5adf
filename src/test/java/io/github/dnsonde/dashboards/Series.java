package io.github.dnsonde.dashboards;

import java.util.List;
import java.util.Map;

/**
 * What Prometheus has of one set of labels.
 *
 * @param cells of a native histogram; such a series has no points
 */
record Series(Map<String, String> labels, List<Point> points, List<Cell> cells) {

  /**
   * One value.
   *
   * @param at seconds since 1970
   */
  record Point(double at, double value) {}

  /** How many fell between two bounds. */
  record Cell(double at, double lower, double upper, double count) {}

  Series {
    labels = Map.copyOf(labels);
    points = List.copyOf(points);
    cells = List.copyOf(cells);
  }

  double last() {
    return points.isEmpty() ? Double.NaN : points.getLast().value();
  }

  double max() {
    return points.stream().mapToDouble(Point::value).max().orElse(Double.NaN);
  }
}
