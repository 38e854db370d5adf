package io.github.dnsonde.config.yaml;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.SafeText;

/**
 * One mistake in the configuration.
 *
 * @param file the file as it was named to us, or {@code environment}
 * @param line counted from 1; 0 when it is about the file as a whole
 * @param path of the key, such as {@code servers[1].address}; empty when it is about no key
 * @param found what the file has there
 * @param expected what would be valid there
 */
public record Mistake(String file, int line, String path, String found, String expected) {

  /** The longest part of a mistake, so that it stays a readable line. */
  private static final int LONGEST_PART = 1_000;

  /** The longest text from the file that is shown in quotes. */
  private static final int LONGEST_QUOTE = 60;

  public Mistake {
    requireNonNull(file, "file is null");
    requireNonNull(path, "path is null");
    requireNonNull(found, "found is null");
    requireNonNull(expected, "expected is null");
    if (line < 0) {
      throw new IllegalArgumentException("line " + line + " is less than 0");
    }
  }

  /**
   * One line, its start in the form that editors and compilers share: {@code dnsonde.yaml:12:
   * schedule.period: found 'ten', expected a duration such as 10s or 250ms}.
   */
  @Override
  public String toString() {
    return SafeText.line(file, LONGEST_PART)
        + (line > 0 ? ":" + line : "")
        + ": "
        + (path.isEmpty() ? "" : part(path) + ": ")
        + "found "
        + part(found)
        + ", expected "
        + part(expected);
  }

  /** Returns a text from the file in quotes, escaped and cut to a part of one line. */
  public static String quoted(String text) {
    return "'" + SafeText.part(text, LONGEST_QUOTE) + "'";
  }

  /** Bounds a part of the message: the file decides how long its keys are. */
  private static String part(String text) {
    return SafeText.part(text, LONGEST_PART);
  }
}
