package io.github.dnsonde.e2e;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The steps with their results and times, printed as a Markdown table at the end. */
final class Table {

  private record Row(String step, String found, String within, boolean right) {}

  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();

  Table(PrintStream out) {
    this.out = out;
  }

  /** Records a step with the expected result. */
  void right(String step, String found, String within) {
    note(new Row(step, found, within, true));
  }

  /** Records a step with another result. */
  void wrong(String step, String found, String within) {
    note(new Row(step, found, within, false));
  }

  /** Records a time with its limit. */
  void time(String step, Duration took, Duration limit) {
    note(new Row(step, seconds(took), "≤ " + seconds(limit), took.compareTo(limit) <= 0));
  }

  /**
   * Records a step that is as expected, or not.
   *
   * @param found the observation; may be empty
   */
  void note(String step, boolean right, String found) {
    if (right) {
      right(step, found.isEmpty() ? "as expected" : found, "");
    } else {
      wrong(step, found.isEmpty() ? "not as expected" : found, "");
    }
  }

  private void note(Row row) {
    rows.add(row);
    out.println((row.right() ? "ok     " : "WRONG  ") + row.step() + ": " + row.found());
    out.flush();
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }

  boolean allRight() {
    return rows.stream().allMatch(Row::right);
  }

  /** Prints the whole table. */
  void print() {
    out.println();
    out.println("| step | found | expected | |");
    out.println("|---|---|---|---|");
    for (Row row : rows) {
      out.printf(
          "| %s | %s | %s | %s |%n",
          row.step(), row.found(), row.within(), row.right() ? "ok" : "WRONG");
    }
    long wrong = rows.stream().filter(row -> !row.right()).count();
    out.printf("%n%d of %d as expected%n", rows.size() - wrong, rows.size());
  }
}
