package io.github.dnsonde.log;

import java.util.stream.Collectors;

/**
 * {@code key=value}, as Go's log/slog and Prometheus write it; values that could be misread stand
 * in double quotes with JSON's escapes (RFC 8259 §7).
 */
final class Logfmt {

  private Logfmt() {}

  static String text(Line line) {
    return line.fields().entrySet().stream()
        .map(field -> field.getKey() + "=" + value(field.getValue().toString()))
        .collect(Collectors.joining(" "));
  }

  private static String value(String text) {
    return !text.isEmpty() && text.codePoints().allMatch(Logfmt::plain) ? text : quoted(text);
  }

  private static boolean plain(int c) {
    return c > ' ' && c != '"' && c != '\\' && c != '=' && c != ';' && shows(c);
  }

  /** Whether a character stays on its line and does nothing there but show. */
  private static boolean shows(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> append(quoted, c));
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int c) {
    switch (c) {
      case '"' -> quoted.append("\\\"");
      case '\\' -> quoted.append("\\\\");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      default -> appendOther(quoted, c);
    }
  }

  private static void appendOther(StringBuilder quoted, int c) {
    if (shows(c)) {
      quoted.appendCodePoint(c);
      return;
    }
    for (char unit : Character.toChars(c)) {
      quoted.append(String.format("\\u%04x", (int) unit));
    }
  }
}
