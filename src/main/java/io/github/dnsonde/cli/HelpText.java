package io.github.dnsonde.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help, broken at spaces only. By itself picocli also breaks after the dots of names, and
 * within commands that a reader may copy.
 */
public final class HelpText {

  /** No line of the help is longer. */
  private static final int UNBROKEN = 4_000;

  /** An option, argument or command before its description, or the spaces in their place. */
  private static final Pattern COLUMN = Pattern.compile("( {2,}\\S.*?\\S {2,}| {8,})\\S.*");

  private static final Pattern SYNOPSIS = Pattern.compile("(dnsonde(?: [a-z-]+)? )\\[.*");
  private static final String BEFORE_SYNOPSIS = "Usage: ";
  private static final Pattern ANSI = Pattern.compile("\u001b\\[[0-9;]*m");

  private HelpText() {}

  /** Sets up the help of a command and of its subcommands. */
  public static CommandLine wrapped(CommandLine command) {
    command.setUsageHelpAutoWidth(true);
    Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>(command.getHelpSectionMap());
    sections.replaceAll((_, section) -> help -> wrapped(section, help));
    return command.setHelpSectionMap(sections);
  }

  private static String wrapped(IHelpSectionRenderer section, Help help) {
    UsageMessageSpec usage = help.commandSpec().usageMessage();
    int width = usage.width();
    usage.autoWidth(false).width(UNBROKEN);
    try {
      return wrapped(section.render(help), width);
    } finally {
      usage.width(width).autoWidth(true);
    }
  }

  /** Breaks the lines that are too long, except examples. */
  private static String wrapped(String section, int width) {
    if (!section.endsWith("\n")) {
      return section; // a heading; what follows is on the same line
    }
    List<String> lines = section.lines().map(String::stripTrailing).toList();
    OptionalInt column =
        lines.stream().flatMapToInt(line -> groupLength(COLUMN, line).stream()).findFirst();
    return lines.stream()
        .flatMap(line -> wrapped(line, width, column).stream())
        .map(line -> line + System.lineSeparator())
        .collect(Collectors.joining());
  }

  private static List<String> wrapped(String line, int width, OptionalInt column) {
    OptionalInt synopsis = groupLength(SYNOPSIS, line);
    if (synopsis.isPresent()) {
      int before = BEFORE_SYNOPSIS.length();
      return broken(line, before, width, before + synopsis.getAsInt());
    }
    if (!line.startsWith(" ")) {
      return broken(line, 0, width, 0);
    }
    return column.isPresent()
        ? broken(line, 0, width, column.getAsInt() + 2)
        : List.of(line); // an example
  }

  private static OptionalInt groupLength(Pattern pattern, String line) {
    Matcher found = pattern.matcher(plain(line));
    return found.matches() ? OptionalInt.of(found.group(1).length()) : OptionalInt.empty();
  }

  private static String plain(String text) {
    return ANSI.matcher(text).replaceAll("");
  }

  /**
   * Breaks a line at spaces.
   *
   * @param before the columns that are taken already
   */
  private static List<String> broken(String line, int before, int width, int indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder present = new StringBuilder();
    int length = before;
    boolean empty = true;
    for (String word : line.split("(?<=[^ ]) ", -1)) {
      int more = plain(word).length();
      if (!empty && length + 1 + more > width) {
        lines.add(present.toString());
        present.setLength(0);
        present.repeat(' ', indent);
        length = indent;
      } else if (!empty) {
        present.append(' ');
        length++;
      }
      present.append(word);
      length += more;
      empty = false;
    }
    lines.add(present.toString());
    return lines;
  }
}
