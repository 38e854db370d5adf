package io.github.dnsonde.probe;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * A writer that escapes, within JSON, the characters that {@link SafeText} escapes. Outside of
 * strings JSON has only ASCII, so each escaped character belongs to a string.
 */
final class SafeJsonWriter extends FilterWriter {

  private static final char NONE = '\0';

  private char previous = NONE;
  private char high = NONE;

  SafeJsonWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(int c) throws IOException {
    char unit = (char) c;
    if (high != NONE) {
      char first = high;
      high = NONE;
      if (Character.isLowSurrogate(unit)) {
        pair(first, unit);
        return;
      }
      out.write(SafeText.escape(first));
    }
    if (Character.isHighSurrogate(unit)) {
      high = unit;
    } else {
      single(unit);
    }
  }

  private void single(char unit) throws IOException {
    boolean safe = unit == '\n' || (SafeText.shows(unit) && !(unit == '#' && previous == '#'));
    if (safe) {
      out.write(unit);
    } else {
      out.write(SafeText.escape(unit));
    }
    previous = unit;
  }

  private void pair(char first, char second) throws IOException {
    if (SafeText.shows(Character.toCodePoint(first, second))) {
      out.write(first);
      out.write(second);
    } else {
      out.write(SafeText.escape(first));
      out.write(SafeText.escape(second));
    }
    previous = second;
  }

  /** Writes characters that do not depend on their neighbours in runs. */
  @Override
  public void write(String text, int offset, int length) throws IOException {
    int end = offset + length;
    int run = offset;
    for (int i = offset; i < end; i++) {
      char unit = text.charAt(i);
      if (!isPlain(unit)) {
        writeRun(text, run, i);
        write(unit);
        run = i + 1;
      }
    }
    writeRun(text, run, end);
  }

  private void writeRun(String text, int from, int to) throws IOException {
    if (from < to) {
      out.write(text, from, to - from);
      previous = text.charAt(to - 1);
    }
  }

  private boolean isPlain(char unit) {
    return high == NONE && unit != '#' && ((unit >= ' ' && unit < 0x7f) || unit == '\n');
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    write(new String(text, offset, length));
  }

  /** Writes half a pair that still waits for the other half. */
  @Override
  public void close() throws IOException {
    if (high != NONE) {
      out.write(SafeText.escape(high));
      high = NONE;
    }
    super.close();
  }
}
