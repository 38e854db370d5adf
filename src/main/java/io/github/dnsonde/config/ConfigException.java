package io.github.dnsonde.config;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.SafeText;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; carries every mistake that was found in it. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Of a mistake, so that it stays a line that can be read. */
  private static final int LONGEST_PART = 1_000;

  private final transient List<Mistake> mistakes;

  ConfigException(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes =
        mistakes.stream()
            .sorted(Comparator.comparing(Mistake::file).thenComparingInt(Mistake::line))
            .toList();
  }

  /** At least one, in the order of their lines. */
  public List<Mistake> mistakes() {
    return mistakes;
  }

  /**
   * One thing to fix.
   *
   * @param file the file as it was named to us, or {@code environment}
   * @param line counted from 1; 0 when it is about the file as a whole
   * @param path of the key, such as {@code servers[1].address}; empty when it is about no key
   * @param found what stands there
   * @param expected what would be right there
   */
  public record Mistake(String file, int line, String path, String found, String expected) {

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

    /** What a key is called, or how long it is, is up to the file. */
    private static String part(String text) {
      return SafeText.part(text, LONGEST_PART);
    }
  }
}
