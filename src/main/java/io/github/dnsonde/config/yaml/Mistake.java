package io.github.dnsonde.config.yaml;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.SafeText;

/**
 * One mistake in the configuration.
 *
 * @param file the file's name as given, or {@code environment}
 * @param line counted from 1; 0 for a mistake of the whole file
 * @param path of the key, such as {@code servers[1].address}; empty if it concerns no key
 * @param found the content of the file there
 * @param expected a description of valid content
 */
public record Mistake(String file, int line, String path, String found, String expected) {

  /** The maximum length of a part of a mistake, so that the line stays readable. */
  private static final int LONGEST_PART = 1_000;

  /** The maximum length of a text from the file in quotes. */
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
   * Returns one line, which starts in the form that editors and compilers share: {@code
   * dnsonde.yaml:12: schedule.period: found 'ten', expected a duration such as 10s or 250ms}.
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

  /** Returns a text from the file in quotes, escaped and cut to its maximum length. */
  public static String quoted(String text) {
    return "'" + SafeText.part(text, LONGEST_QUOTE) + "'";
  }

  /** Cuts a part of the message, because the keys of a file can be of any length. */
  private static String part(String text) {
    return SafeText.part(text, LONGEST_PART);
  }
}
