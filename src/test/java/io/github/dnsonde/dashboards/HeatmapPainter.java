package io.github.dnsonde.dashboards;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.dashboards.Series.Cell;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How many fell between which bounds, and when; the bounds on a logarithmic scale. */
final class HeatmapPainter implements Painter {

  private static final int LABELS = 58;
  private static final int LABEL_HEIGHT = 14;
  private static final int LEGEND = 20;

  /** Where a bucket has no lower or no upper bound, it is drawn as wide as this. */
  private static final double OPEN = 2.5;

  @Override
  public void paint(Ink ink, Rectangle area, Shown shown) {
    List<Cell> cells =
        Stream.concat(shown.series().flatMap(each -> each.cells().stream()), classic(shown))
            .filter(cell -> cell.count() > 1e-9 && cell.upper() > 0)
            .map(HeatmapPainter::closed)
            .toList();
    Rectangle inner =
        new Rectangle(
            area.x + LABELS,
            area.y + 4,
            area.width - LABELS,
            area.height - TimeScale.HEIGHT - LEGEND - 4);
    TimeScale time = new TimeScale(inner, shown.span());
    double least = cells.stream().mapToDouble(Cell::lower).min().orElse(1e-3);
    double most = cells.stream().mapToDouble(Cell::upper).max().orElse(1);
    double top = cells.stream().mapToDouble(Cell::count).max().orElse(1);
    Bounds bounds = new Bounds(inner, least, most);
    double width = time.width(shown.step());
    for (Cell cell : cells) {
      double x = Math.max(time.x(cell.at()) - width, inner.x);
      ink.box(
          x,
          bounds.y(cell.upper()),
          time.x(cell.at()) - x - 1,
          Math.max(1, bounds.y(cell.lower()) - bounds.y(cell.upper()) - 1),
          Colours.heat(Math.sqrt(cell.count() / top)));
    }
    bounds.draw(ink, cells, shown.panel().unit());
    time.draw(ink);
    legend(ink, area, top);
  }

  private static Cell closed(Cell cell) {
    double lower = cell.lower() > 0 ? cell.lower() : cell.upper() / OPEN;
    double upper = Double.isInfinite(cell.upper()) ? lower * OPEN : cell.upper();
    return new Cell(cell.at(), lower, upper, cell.count());
  }

  /** Buckets of the older kind hold all that is below their bound. */
  private static Stream<Cell> classic(Shown shown) {
    SortedMap<Double, SortedMap<Double, Double>> sums = new TreeMap<>();
    shown
        .series()
        .filter(series -> series.labels().containsKey("le"))
        .forEach(
            series ->
                series
                    .points()
                    .forEach(
                        point ->
                            sums.computeIfAbsent(point.at(), _ -> new TreeMap<>())
                                .put(bound(series.labels()), point.value())));
    return sums.entrySet().stream()
        .flatMap(each -> differences(each.getKey(), each.getValue()).stream());
  }

  private static double bound(Map<String, String> labels) {
    String bound = labels.getOrDefault("le", "");
    return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
  }

  private static List<Cell> differences(double at, SortedMap<Double, Double> sums) {
    List<Cell> cells = new ArrayList<>();
    double lower = 0;
    double below = 0;
    for (Map.Entry<Double, Double> each : sums.entrySet()) {
      cells.add(new Cell(at, lower, each.getKey(), each.getValue() - below));
      lower = each.getKey();
      below = Math.max(below, each.getValue());
    }
    return cells;
  }

  private static void legend(Ink ink, Rectangle area, double top) {
    int baseline = area.y + area.height - 4;
    int x = area.x + LABELS;
    for (int step = 0; step <= 10; step++) {
      ink.box(x + step * 14, baseline - 9, 14, 10, Colours.heat(step / 10.0));
    }
    ink.right("1", x - 6, baseline, Ink.SMALL, Colours.FAINT);
    String most = String.valueOf(Math.round(top));
    ink.left(most, x + 11 * 14 + 6, baseline, area.width, Ink.SMALL, Colours.FAINT);
  }

  /** The logarithmic scale. */
  private record Bounds(Rectangle area, double least, double most) {

    double y(double bound) {
      double share = Math.log(bound / least) / Math.log(most / least);
      return area.y + area.height * (1 - share);
    }

    /** A bound is written where there is room, each once. */
    void draw(Ink ink, List<Cell> cells, Unit unit) {
      Map<Double, List<Cell>> byBound = cells.stream().collect(groupingBy(Cell::upper));
      double lastY = Double.POSITIVE_INFINITY;
      for (double bound : byBound.keySet().stream().sorted(Comparator.naturalOrder()).toList()) {
        double y = y(bound);
        if (lastY - y >= LABEL_HEIGHT && y >= area.y) {
          ink.line(area.x - 4, y, area.x, y, Colours.FAINT);
          ink.right(unit.format(bound), area.x - 7, (int) y + 4, Ink.SMALL, Colours.FAINT);
          lastY = y;
        }
      }
    }
  }
}
