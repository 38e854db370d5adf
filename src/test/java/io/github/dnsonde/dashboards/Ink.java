package io.github.dnsonde.dashboards;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Writes and fills. Sizes are pixels. */
record Ink(Graphics2D to) {

  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);

  Ink {
    to.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    to.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
  }

  int width(String text, Font font) {
    return to.getFontMetrics(font).stringWidth(text);
  }

  int widest(List<String> texts, Font font) {
    return texts.stream().mapToInt(text -> width(text, font)).max().orElse(0);
  }

  void left(String text, int x, int baseline, int room, Font font, Color colour) {
    to.setFont(font);
    to.setColor(colour);
    to.drawString(fitted(text, room, font), x, baseline);
  }

  void right(String text, int edge, int baseline, Font font, Color colour) {
    left(text, edge - width(text, font), baseline, Integer.MAX_VALUE, font, colour);
  }

  void centred(String text, Rectangle in, Font font, Color colour) {
    String shown = fitted(text, in.width, font);
    int x = in.x + (in.width - width(shown, font)) / 2;
    int baseline = in.y + (in.height + to.getFontMetrics(font).getAscent()) / 2 - 2;
    left(shown, x, baseline, Integer.MAX_VALUE, font, colour);
  }

  private String fitted(String text, int room, Font font) {
    String shown = text;
    while (width(shown, font) > room && shown.length() > 1) {
      shown = shown.substring(0, shown.length() - 2).strip() + "…";
    }
    return shown;
  }

  void box(double x, double y, double width, double height, Color colour) {
    to.setColor(colour);
    to.fill(new Rectangle2D.Double(x, y, width, height));
  }

  void frame(Rectangle around, Color colour) {
    to.setColor(colour);
    to.setStroke(new BasicStroke(1));
    to.draw(around);
  }

  void line(double x1, double y1, double x2, double y2, Color colour) {
    to.setColor(colour);
    to.setStroke(new BasicStroke(1));
    to.draw(new Line2D.Double(x1, y1, x2, y2));
  }
}
