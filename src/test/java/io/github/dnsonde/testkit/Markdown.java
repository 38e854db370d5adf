package io.github.dnsonde.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Markdown as the documents are written: lines of at most 100 columns, and short table cells. */
public final class Markdown {

  public static final int COLUMNS = 100;

  /** A word, with all code spans that it contains: they are not broken. */
  private static final Pattern WORD = Pattern.compile("(?:`[^`]*`|[^` ])+");

  private static final Pattern CELL = Pattern.compile("(?<!\\\\)\\|");

  private Markdown() {}

  /** The cells of a row. */
  public static List<String> cells(String row) {
    String inner = row.strip().substring(1, row.strip().length() - 1);
    return Stream.of(CELL.split(inner, -1)).map(String::strip).toList();
  }

  /**
   * Turns a table whose last column is too long for a cell into a wrapped list: the first cell, the
   * cells between in brackets after their columns' names, the last cell.
   */
  public static String listed(String table) {
    List<String> rows = table.lines().filter(line -> !line.isBlank()).toList();
    List<String> head = cells(rows.getFirst());
    StringBuilder list = new StringBuilder();
    for (String row : rows.subList(2, rows.size())) {
      list.append(wrapped(item(head, cells(row)))).append('\n');
    }
    return list.toString();
  }

  private static String item(List<String> head, List<String> row) {
    List<String> between = new ArrayList<>();
    for (int column = 1; column < row.size() - 1; column++) {
      if (!row.get(column).isEmpty() && !row.get(column).equals("–")) {
        between.add(head.get(column).toLowerCase(Locale.ROOT) + ": " + row.get(column));
      }
    }
    return "- " + row.getFirst() + " (" + String.join("; ", between) + "): " + row.getLast();
  }

  private static String wrapped(String item) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : WORD.matcher(item).results().map(MatchResult::group).toList()) {
      if (column > 0 && column + 1 + word.length() > COLUMNS) {
        lines.append("\n  ");
        column = 2;
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += word.length();
    }
    return lines.toString();
  }

  /** Lists with one line for each item again. */
  public static String unwrapped(String text) {
    return text.replaceAll("\n {2}(?=\\S)", " ");
  }
}
