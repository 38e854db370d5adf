package io.github.dnsonde.log;

import io.github.dnsonde.probe.SafeText;
import java.util.stream.Collectors;

/**
 * The format {@code key=value}, like that of Go's log/slog and Prometheus. Ambiguous values are in
 * double quotes with JSON's escapes (RFC 8259 §7).
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
    return c > ' ' && "\"\\=;#".indexOf(c) < 0 && SafeText.shows(c);
  }

  private static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"");
    return '"' + SafeText.part(escaped, Integer.MAX_VALUE) + '"';
  }
}
