package io.github.dnsonde.dashboards;

import java.awt.Color;
import java.awt.Rectangle;
import java.util.List;

/** The table of lines: name, last value, highest value. */
record Legend(List<Entry> entries, Unit unit, boolean right) {

  private static final int ROW = 16;
  private static final int GAP = 14;
  private static final int MARK = 16;

  /** One line of it. */
  record Entry(Color colour, Shown.Line line) {}

  Legend {
    entries = List.copyOf(entries);
  }

  /** What is left of a panel for the lines themselves. */
  Rectangle rest(Ink ink, Rectangle area) {
    Rectangle own = place(ink, area);
    return right
        ? new Rectangle(area.x, area.y, area.width - own.width - GAP, area.height)
        : new Rectangle(area.x, area.y, area.width, area.height - own.height - 4);
  }

  private Rectangle place(Ink ink, Rectangle area) {
    if (right) {
      int needed = MARK + names(ink) + 2 * (GAP + values(ink));
      int width = Math.min(needed, area.width * 45 / 100);
      return new Rectangle(area.x + area.width - width, area.y, width, area.height);
    }
    int height = Math.min((entries.size() + 1) * ROW, area.height * 45 / 100 / ROW * ROW);
    return new Rectangle(area.x, area.y + area.height - height, area.width, height);
  }

  private int names(Ink ink) {
    return ink.widest(entries.stream().map(each -> each.line().name()).toList(), Ink.SMALL);
  }

  private int values(Ink ink) {
    List<String> texts =
        entries.stream()
            .map(Entry::line)
            .map(Shown.Line::series)
            .flatMap(each -> List.of(unit.format(each.last()), unit.format(each.max())).stream())
            .toList();
    return Math.max(ink.widest(texts, Ink.SMALL), ink.width("Last", Ink.SMALL));
  }

  void draw(Ink ink, Rectangle area) {
    Rectangle own = place(ink, area);
    int column = values(ink) + GAP;
    int edge = own.x + own.width;
    ink.right("Last", edge - column, own.y + 11, Ink.SMALL, Colours.FAINT);
    ink.right("Max", edge, own.y + 11, Ink.SMALL, Colours.FAINT);
    int rows = own.height / ROW - 1;
    boolean all = entries.size() <= rows;
    int shown = all ? entries.size() : rows - 1;
    for (int row = 0; row < shown; row++) {
      row(ink, own, own.y + 11 + (row + 1) * ROW, column, entries.get(row));
    }
    if (!all) {
      String more = "… " + (entries.size() - shown) + " more";
      int baseline = own.y + 11 + (shown + 1) * ROW;
      ink.left(more, own.x + MARK, baseline, own.width, Ink.SMALL, Colours.FAINT);
    }
  }

  private void row(Ink ink, Rectangle own, int baseline, int column, Entry entry) {
    Series series = entry.line().series();
    int edge = own.x + own.width;
    int room = own.width - MARK - 2 * column;
    ink.box(own.x, baseline - 6, 11, 4, entry.colour());
    ink.left(entry.line().name(), own.x + MARK, baseline, room, Ink.SMALL, Colours.TEXT);
    ink.right(unit.format(series.last()), edge - column, baseline, Ink.SMALL, Colours.TEXT);
    ink.right(unit.format(series.max()), edge, baseline, Ink.SMALL, Colours.TEXT);
  }
}
