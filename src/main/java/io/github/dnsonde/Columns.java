package io.github.dnsonde;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The columns of a table for people, each as wide as its widest cell, two blanks apart. */
final class Columns {

  private final List<Integer> widths;

  /**
   * Columns for these rows; a row may be shorter than another.
   *
   * @param rows the heading among them
   */
  Columns(List<List<String>> rows) {
    int count = rows.stream().mapToInt(List::size).max().orElse(0);
    this.widths = IntStream.range(0, count).mapToObj(column -> width(rows, column)).toList();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }

  /** One row as a line, without blanks at its end. */
  String line(List<String> cells) {
    return line(cells, (_, padded) -> padded);
  }

  /**
   * The same, dressed.
   *
   * @param dress from a cell and the cell with its blanks to what is shown
   */
  String line(List<String> cells, BinaryOperator<String> dress) {
    return IntStream.range(0, cells.size())
        .mapToObj(i -> dress.apply(cells.get(i), pad(cells.get(i), widths.get(i))))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }

  static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
