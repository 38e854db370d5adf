package io.github.dnsonde.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The texts that no output may contain: characters that a terminal obeys, that reorder or hide text
 * or end a line, and lines that a CI system takes for a command. Defined independently of the
 * program, after Unicode's tables and the runners' documentation.
 */
public final class Forbidden {

  /**
   * Categories Cc but for the line feed, Cf, Cs, Co, Cn, Zl, Zp, and characters without a glyph.
   */
  private static final Pattern CHARACTER =
      Pattern.compile(
          "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}"
              + "\\x{034f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180d}\\x{180f}\\x{2800}"
              + "\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}\\x{e0100}-\\x{e01ef}&&[^\\n]]");

  /** GitHub, "Workflow commands": the second form is found anywhere in a line. */
  private static final Pattern COMMAND =
      Pattern.compile("^[\\h\\u0085]*::[^\\n]*::|##(?:\\[|vso|teamcity)", Pattern.MULTILINE);

  private Forbidden() {}

  /** Fails if an output contains any of them. */
  public static void check(String output, Supplier<String> about) {
    refuse(CHARACTER, output, about);
    refuse(COMMAND, output, about);
  }

  /** Does the same for an output that may contain commands: our own lines match a pattern. */
  public static void check(String output, Pattern ours, Supplier<String> about) {
    check(
        output
            .lines()
            .map(line -> ours.matcher(line).replaceFirst("ours "))
            .collect(Collectors.joining("\n")),
        about);
  }

  private static void refuse(Pattern pattern, String output, Supplier<String> about) {
    var found = pattern.matcher(output);
    if (found.find()) {
      StringBuilder shown = new StringBuilder();
      output
          .substring(Math.max(0, found.start() - 60), Math.min(output.length(), found.end() + 60))
          .chars()
          .forEach(
              unit ->
                  shown.append(
                      unit >= ' ' && unit < 0x7f
                          ? Character.toString(unit)
                          : String.format("\\u%04x", unit)));
      fail(about.get() + ": '" + shown + "'");
    }
  }
}
