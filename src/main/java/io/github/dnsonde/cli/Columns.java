package io.github.dnsonde.cli;

import io.github.dnsonde.probe.SafeText;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The columns of a table for people, each as wide as its widest cell, two blanks apart. Cells are
 * made safe to print.
 */
final class Columns {

  /**
   * Limit for cells: no name in Kubernetes is longer, and only a row's last cell may be a sentence.
   */
  private static final int LONGEST_NAME = 253;

  private final List<Integer> widths;

  /**
   * Creates columns for these rows, which may differ in length.
   *
   * @param rows all rows, including the heading
   */
  Columns(List<List<String>> rows) {
    int count = rows.stream().mapToInt(List::size).max().orElse(0);
    this.widths = IntStream.range(0, count).mapToObj(column -> width(rows, column)).toList();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> cell(row, column).length())
        .max()
        .orElse(0);
  }

  private static String cell(List<String> row, int column) {
    int most = column == row.size() - 1 ? SafeText.LONGEST_LINE : LONGEST_NAME;
    boolean startsLine = row.subList(0, column).stream().allMatch(String::isBlank);
    return startsLine ? SafeText.line(row.get(column), most) : SafeText.part(row.get(column), most);
  }

  /** Returns one row as a line, without blanks at its end. */
  String line(List<String> cells) {
    return line(cells, (_, padded) -> padded);
  }

  /**
   * Returns one row as a styled line.
   *
   * @param dress from a cell and the cell with its blanks to the styled text
   */
  String line(List<String> cells, BinaryOperator<String> dress) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> dress.apply(cells.get(i), pad(cell(cells, i), widths.get(i))))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
