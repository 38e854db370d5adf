package io.github.dnsonde.dashboards;

import java.awt.Font;
import java.awt.Rectangle;

/** One number, large. */
final class StatPainter implements Painter {

  private static final Font LARGE = new Font(Font.SANS_SERIF, Font.BOLD, 30);

  @Override
  public void paint(Ink ink, Rectangle area, Shown shown) {
    double value = shown.lines().getFirst().series().last();
    Panel panel = shown.panel();
    ink.centred(panel.unit().format(value), area, LARGE, panel.thresholds().of(value));
  }
}
