package io.github.dnsonde.probe;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.stream.Collectors;

/**
 * Makes text from outside (names, labels, annotations, file names, messages of peers) safe to print
 * on a terminal, into a log, or into the output of a CI system. Every output that a person or a CI
 * system reads passes through here.
 *
 * <p>These are escaped, as {@code \n} or {@code \u202e}: control characters, which terminals obey;
 * line ends of any kind; bidirectional controls, which reorder the text; invisible characters;
 * unassigned code points; halves of surrogate pairs; and text that CI systems take for a command:
 * {@code ::} at the start of a line and {@code ##} anywhere (GitHub's runner, {@code
 * ActionCommand}; Azure Pipelines, "Logging commands"). The result contains none of these, so
 * escaping it again does not change it.
 */
public final class SafeText {

  /** The longest line, in characters; the rest is counted. */
  public static final int LONGEST_LINE = 4_000;

  private static final String DOTS = "...";

  private SafeText() {}

  /** Returns the text as one line of at most {@link #LONGEST_LINE} characters. */
  public static String line(String text) {
    return line(text, LONGEST_LINE);
  }

  /**
   * Returns the text as one line; beyond {@code most} characters it reports how many were left out.
   */
  public static String line(String text, int most) {
    return cut(text, most, true);
  }

  /** Returns the text for use within a line, where {@code ::} is not a command. */
  public static String part(String text, int most) {
    return cut(text, most, false);
  }

  /** Returns the text for use within a line, with no more characters even where it is escaped. */
  public static String atMost(String text, int most) {
    String safe = escaped(text.substring(0, end(text, most)), false);
    return text.length() <= most && safe.length() <= most
        ? safe
        : safe.substring(0, end(safe, most - DOTS.length())) + DOTS;
  }

  private static String cut(String text, int most, boolean startsLine) {
    int end = end(text, most);
    String safe = escaped(text.substring(0, end), startsLine);
    return end == text.length() ? safe : safe + "... (" + (text.length() - end) + " more)";
  }

  /** Returns the lines of a text, each made safe by itself. */
  public static String lines(String text) {
    return text.lines().map(line -> line(line)).collect(Collectors.joining("\n"))
        + (text.endsWith("\n") ? "\n" : "");
  }

  /**
   * Returns a writer for JSON: characters in a string that need escaping become {@code \u202e},
   * which is the same string for a parser. Line feeds are left alone; in JSON they never belong to
   * a string.
   */
  public static Writer json(Writer out) {
    return new SafeJsonWriter(out);
  }

  /** Returns a JSON text with the same escapes. */
  public static String json(String text) {
    StringWriter safe = new StringWriter(text.length());
    try (Writer writer = json(safe)) {
      writer.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never thrown by a StringWriter
    }
    return safe.toString();
  }

  /** Returns true if a character is visible, stays on its line and has no effect on others. */
  public static boolean shows(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !isInvisible(codePoint);
    };
  }

  /**
   * Returns true for characters without a glyph that are alphabetic or marks (Unicode, {@code
   * Default_Ignorable_Code_Point}; U+2800 is a blank in Braille).
   */
  private static boolean isInvisible(int codePoint) {
    return switch (codePoint) {
      case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180f -> true;
      case 0x2800, 0x3164, 0xffa0 -> true;
      default ->
          (codePoint >= 0xfe00 && codePoint <= 0xfe0f)
              || (codePoint >= 0xe0000 && codePoint <= 0xe0fff);
    };
  }

  /** The index to cut at, never within a surrogate pair. */
  private static int end(String text, int most) {
    if (text.length() <= most) {
      return text.length();
    }
    boolean splits =
        Character.isHighSurrogate(text.charAt(most - 1))
            && Character.isLowSurrogate(text.charAt(most));
    return splits ? most - 1 : most;
  }

  private static String escaped(String text, boolean startsLine) {
    if (isPlain(text)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    int colons = startsLine ? commandAtStart(text) : -1;
    int previous = -1;
    for (int i = 0; i < text.length(); i += Character.charCount(previous)) {
      int codePoint = text.codePointAt(i);
      if (shows(codePoint) && i != colons && !(codePoint == '#' && previous == '#')) {
        safe.appendCodePoint(codePoint);
      } else {
        append(codePoint, safe);
      }
      previous = codePoint;
    }
    return safe.toString();
  }

  /** Returns true if there is certainly nothing to escape, as in most names. */
  private static boolean isPlain(String text) {
    return !text.contains("::")
        && text.chars().allMatch(unit -> unit >= ' ' && unit < 0x7f && unit != '#');
  }

  /** The index of {@code ::} at the start of a line, after any blanks; -1 if there is none. */
  private static int commandAtStart(String text) {
    int start = 0;
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    return text.startsWith("::", start) ? start : -1;
  }

  /** Returns true for the characters that GitHub's runner skips: white space as .NET defines it. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static void append(int codePoint, StringBuilder safe) {
    switch (codePoint) {
      case '\n' -> safe.append("\\n");
      case '\r' -> safe.append("\\r");
      case '\t' -> safe.append("\\t");
      default -> {
        for (char unit : Character.toChars(codePoint)) {
          safe.append(escape(unit));
        }
      }
    }
  }

  /** The escape sequence, such as {@code \u202e}, as JSON writes it (RFC 8259 §7). */
  static String escape(char unit) {
    return String.format("\\u%04x", (int) unit);
  }
}
