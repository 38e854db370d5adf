package io.github.dnsonde.dashboards;

import java.awt.Rectangle;
import java.util.List;

/** A row of cells for each series, coloured by value. */
final class HistoryPainter implements Painter {

  private static final int LEGEND = 20;
  private static final double FILLED = 0.9;
  private static final int MOST_ROW_HEIGHT = 60;

  @Override
  public void paint(Ink ink, Rectangle area, Shown shown) {
    List<Shown.Line> lines = shown.lines();
    List<String> names = lines.stream().map(Shown.Line::name).toList();
    int labels = Math.min(ink.widest(names, Ink.SMALL) + 10, area.width / 3);
    int room = area.height - TimeScale.HEIGHT - LEGEND;
    double row = Math.min((double) room / lines.size(), MOST_ROW_HEIGHT);
    Rectangle cells =
        new Rectangle(
            area.x + labels, area.y, area.width - labels, (int) Math.round(row * lines.size()));
    TimeScale time = new TimeScale(cells, shown.span());
    for (int number = 0; number < lines.size(); number++) {
      double y = cells.y + number * row;
      ink.left(names.get(number), area.x, (int) (y + row / 2 + 4), labels, Ink.SMALL, Colours.TEXT);
      row(ink, y, row, lines.get(number).series(), time, shown);
    }
    time.draw(ink);
    legend(ink, area, shown);
  }

  /** A value tells of the step that ends with it. */
  private static void row(
      Ink ink, double y, double height, Series series, TimeScale time, Shown shown) {
    double width = time.width(shown.step());
    for (Series.Point point : series.points()) {
      double x = Math.max(time.x(point.at()) - width, time.area().x);
      ink.box(
          x,
          y + height * (1 - FILLED) / 2,
          (time.x(point.at()) - x) * FILLED,
          height * FILLED,
          shown.panel().thresholds().of(point.value()));
    }
  }

  private static void legend(Ink ink, Rectangle area, Shown shown) {
    Thresholds thresholds = shown.panel().thresholds();
    List<String> names = thresholds.names(shown.panel().unit());
    int x = area.x;
    int baseline = area.y + area.height - 4;
    for (int number = 0; number < names.size(); number++) {
      ink.box(x, baseline - 9, 10, 10, thresholds.steps().get(number).colour());
      ink.left(names.get(number), x + 14, baseline, area.width, Ink.SMALL, Colours.TEXT);
      x += 14 + ink.width(names.get(number), Ink.SMALL) + 18;
    }
  }
}
