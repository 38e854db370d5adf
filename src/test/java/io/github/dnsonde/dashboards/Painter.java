package io.github.dnsonde.dashboards;

import java.awt.Rectangle;

/** Draws what is inside a panel's frame. */
interface Painter {

  void paint(Ink ink, Rectangle area, Shown shown);

  /**
   * The one for a type of panel.
   *
   * @throws IllegalArgumentException when these boards never had that type
   */
  static Painter of(Panel panel) {
    return switch (panel.type()) {
      case "stat" -> new StatPainter();
      case "timeseries" -> new LinesPainter();
      case "status-history" -> new HistoryPainter();
      case "heatmap" -> new HeatmapPainter();
      case "table" -> new TablePainter();
      default -> throw new IllegalArgumentException("no picture of a '" + panel.type() + "'");
    };
  }
}
