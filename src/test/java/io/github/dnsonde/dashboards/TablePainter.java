package io.github.dnsonde.dashboards;

import java.awt.Color;
import java.awt.Rectangle;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Rows and columns. */
final class TablePainter implements Painter {

  private static final int ROW = 24;
  private static final int MARGIN = 6;

  @Override
  public void paint(Ink ink, Rectangle area, Shown shown) {
    Table table = Table.of(shown);
    List<Integer> widths = widths(area.width, table.columns(), shown.panel());
    int room = area.height / ROW - 1;
    boolean all = table.rows().size() <= room;
    int rows = all ? table.rows().size() : room - 1;
    int x = area.x;
    for (int column = 0; column < widths.size(); column++) {
      String name = table.columns().get(column);
      Rectangle head = new Rectangle(x, area.y, widths.get(column), ROW);
      cell(ink, head, name, table.numeric(name), Colours.FAINT);
      for (int row = 0; row < rows; row++) {
        Rectangle place = new Rectangle(x, area.y + (row + 1) * ROW, widths.get(column), ROW);
        cell(ink, place, name, table.rows().get(row), shown.panel());
      }
      x += widths.get(column);
    }
    lines(ink, area, rows);
    if (!all) {
      String more = "… " + (table.rows().size() - rows) + " more";
      int baseline = area.y + (rows + 2) * ROW - 8;
      ink.left(more, area.x + MARGIN, baseline, area.width, Ink.SMALL, Colours.FAINT);
    }
  }

  private static void lines(Ink ink, Rectangle area, int rows) {
    IntStream.rangeClosed(1, rows + 1)
        .map(row -> area.y + row * ROW)
        .forEach(y -> ink.line(area.x, y, area.x + area.width, y, Colours.LINE));
  }

  private static List<Integer> widths(int room, List<String> columns, Panel panel) {
    List<Integer> fixed =
        columns.stream().map(name -> panel.override(name, "custom.width").asInt(0)).toList();
    int free = (int) fixed.stream().filter(width -> width == 0).count();
    int rest = room - fixed.stream().mapToInt(Integer::intValue).sum();
    return fixed.stream().map(width -> width > 0 ? width : rest / Math.max(1, free)).toList();
  }

  private static void cell(Ink ink, Rectangle place, String column, Table.Row row, Panel panel) {
    switch (row.cells().get(column)) {
      case null -> {}
      case Table.Word(String text) -> cell(ink, place, text, false, Colours.TEXT);
      case Table.Figure(double value) -> {
        JsonNode unit = panel.override(column, "unit");
        JsonNode thresholds = panel.override(column, "thresholds");
        cell(
            ink,
            place,
            Unit.of(unit.asString("short"), decimals(panel, column)).format(value),
            true,
            thresholds.isMissingNode() ? Colours.TEXT : Thresholds.of(thresholds).of(value));
      }
    }
  }

  private static OptionalInt decimals(Panel panel, String column) {
    JsonNode decimals = panel.override(column, "decimals");
    return decimals.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(decimals.asInt());
  }

  private static void cell(Ink ink, Rectangle place, String text, boolean numeric, Color colour) {
    int baseline = place.y + ROW - 8;
    if (numeric) {
      ink.right(text, place.x + place.width - MARGIN, baseline, Ink.PLAIN, colour);
    } else {
      int room = place.width - 2 * MARGIN;
      ink.left(text, place.x + MARGIN, baseline, room, Ink.PLAIN, colour);
    }
  }
}
