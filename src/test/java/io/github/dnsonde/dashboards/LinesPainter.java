package io.github.dnsonde.dashboards;

import static java.time.ZoneOffset.UTC;
import static java.util.Comparator.comparingDouble;

import io.github.dnsonde.dashboards.Series.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.DoubleStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.DateAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickUnits;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StackedXYBarRenderer;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYItemRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.time.SimpleTimePeriod;
import org.jfree.data.time.TimeTableXYDataset;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import tools.jackson.databind.JsonNode;

/** Lines, or bars upon each other, over time. */
final class LinesPainter implements Painter {

  private static final double HEADROOM = 1.05;

  /** Half of the last label on the axis of time. */
  private static final double LABEL_OVERHANG = 16;

  /** A power of ten. */
  private static final double DECADE = 1;

  @Override
  public void paint(Ink ink, Rectangle area, Shown shown) {
    List<Legend.Entry> entries = entries(shown);
    Panel panel = shown.panel();
    boolean right = panel.options().at("/legend/placement").asString("").equals("right");
    Legend legend = new Legend(entries, panel.unit(), right);
    legend.draw(ink, area);
    JFreeChart chart = new JFreeChart(null, null, plot(shown, entries), false);
    chart.setBackgroundPaint(null);
    chart.setPadding(new RectangleInsets(0, 0, 0, LABEL_OVERHANG));
    Graphics2D own = (Graphics2D) ink.to().create(); // it leaves strokes behind
    chart.draw(own, legend.rest(ink, area));
    own.dispose();
  }

  /** The highest first, as the legend has them. */
  private static List<Legend.Entry> entries(Shown shown) {
    List<Shown.Line> lines =
        shown.lines().stream()
            .sorted(comparingDouble((Shown.Line line) -> line.series().max()).reversed())
            .toList();
    List<Legend.Entry> entries = new ArrayList<>();
    for (Shown.Line line : lines) {
      JsonNode fixed = shown.panel().override(line.name(), "color").path("fixedColor");
      Color colour =
          fixed.isMissingNode() ? Colours.line(entries.size()) : Colours.named(fixed.asString());
      entries.add(new Legend.Entry(colour, line));
    }
    return entries;
  }

  private static XYPlot plot(Shown shown, List<Legend.Entry> entries) {
    boolean bars = shown.panel().defaults().at("/custom/drawStyle").asString("line").equals("bars");
    XYDataset data = bars ? bars(shown, entries) : lines(shown, entries);
    XYItemRenderer renderer = bars ? barRenderer() : lineRenderer(shown, entries);
    for (int number = 0; number < entries.size(); number++) {
      renderer.setSeriesPaint(number, entries.get(number).colour());
    }
    XYPlot plot = new XYPlot(data, time(shown.span()), values(shown, bars), renderer);
    plot.setBackgroundPaint(null);
    plot.setOutlineVisible(false);
    plot.setDomainGridlinePaint(Colours.LINE);
    plot.setRangeGridlinePaint(Colours.LINE);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    return plot;
  }

  private static XYSeriesCollection lines(Shown shown, List<Legend.Entry> entries) {
    XYSeriesCollection data = new XYSeriesCollection();
    for (Legend.Entry entry : entries) {
      XYSeries line = new XYSeries(data.getSeriesCount(), false, true);
      double gap = 1.5 * shown.step().toSeconds();
      double before = Double.POSITIVE_INFINITY;
      for (Point point : entry.line().series().points()) {
        if (point.at() - before > gap) {
          line.add(1e3 * before + 1, null); // a gap stays one
        }
        line.add(1e3 * point.at(), Double.isFinite(point.value()) ? point.value() : null);
        before = point.at();
      }
      data.addSeries(line);
    }
    return data;
  }

  private static TimeTableXYDataset bars(Shown shown, List<Legend.Entry> entries) {
    TimeTableXYDataset data = new TimeTableXYDataset(TimeZone.getTimeZone(UTC), Locale.ROOT);
    Duration step = shown.step();
    int number = 0;
    for (Legend.Entry entry : entries) {
      String key = String.format(Locale.ROOT, "%03d", number++);
      for (Point point : entry.line().series().points()) {
        long end = (long) (1e3 * point.at());
        data.add(new SimpleTimePeriod(end - step.toMillis(), end), point.value(), key, false);
      }
    }
    return data;
  }

  private static XYItemRenderer barRenderer() {
    StackedXYBarRenderer renderer = new StackedXYBarRenderer(0.1);
    renderer.setBarPainter(new StandardXYBarPainter());
    renderer.setShadowVisible(false);
    renderer.setDrawBarOutline(false);
    return renderer;
  }

  private static XYItemRenderer lineRenderer(Shown shown, List<Legend.Entry> entries) {
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setDrawSeriesLineAsPath(true); // else each piece begins its dashes anew
    for (int number = 0; number < entries.size(); number++) {
      String name = entries.get(number).line().name();
      boolean dashed = !shown.panel().override(name, "custom.lineStyle").isMissingNode();
      renderer.setSeriesStroke(
          number,
          dashed
              ? new BasicStroke(
                  1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {7, 5}, 0)
              : new BasicStroke(1.5f));
    }
    return renderer;
  }

  private static DateAxis time(Span span) {
    DateAxis axis = new DateAxis(null, TimeZone.getTimeZone(UTC), Locale.ROOT);
    axis.setRange(Date.from(span.from()), Date.from(span.to()));
    return styled(axis);
  }

  private static ValueAxis values(Shown shown, boolean stacked) {
    Panel panel = shown.panel();
    boolean logarithmic =
        panel.defaults().at("/custom/scaleDistribution/type").asString("").equals("log");
    return styled(logarithmic ? logarithmic(shown) : linear(shown, stacked));
  }

  private static LogAxis logarithmic(Shown shown) {
    LogAxis axis = new LogAxis(null);
    axis.setNumberFormatOverride(shown.panel().unit());
    axis.setSmallestValue(1e-6);
    axis.setAutoRange(true);
    double decades = Math.log10(most(shown) / least(shown));
    axis.setTickUnit(new NumberTickUnit(decades < 1 ? DECADE / 4 : DECADE), false, true);
    return axis;
  }

  private static NumberAxis linear(Shown shown, boolean stacked) {
    NumberAxis axis = new NumberAxis(null);
    axis.setNumberFormatOverride(shown.panel().unit());
    axis.setAutoRangeIncludesZero(shown.panel().defaults().has("min"));
    axis.setStandardTickUnits(ticks(shown.panel()));
    double most = most(shown);
    if (!stacked) {
      axis.setRange(0, most > 0 ? most * HEADROOM : 1);
    }
    return axis;
  }

  private static double most(Shown shown) {
    return shown.series().mapToDouble(Series::max).max().orElse(1);
  }

  private static double least(Shown shown) {
    return values(shown).filter(value -> value > 0).min().orElse(1);
  }

  private static DoubleStream values(Shown shown) {
    return shown.series().flatMap(each -> each.points().stream()).mapToDouble(Point::value);
  }

  /** Round numbers of the unit, not of what it is written in. */
  private static TickUnits ticks(Panel panel) {
    TickUnits ticks = new TickUnits();
    panel.unit().steps().forEach(step -> ticks.add(new NumberTickUnit(step, panel.unit())));
    return ticks;
  }

  private static <A extends ValueAxis> A styled(A axis) {
    axis.setTickLabelFont(Ink.SMALL);
    axis.setTickLabelPaint(Colours.FAINT);
    axis.setAxisLineVisible(false);
    axis.setTickMarksVisible(false);
    return axis;
  }
}
