package io.github.dnsonde.testkit;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the runbooks in its parts: one of an alert, or one that several of them share. */
public record Runbook(Path file, String text) {

  public static final Path FOLDER = Path.of("alerts/runbooks");

  private static final Pattern FENCED =
      Pattern.compile("(?ms)^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^\\k<indent>```$");

  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,2} .*$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

  /** The content of a fenced block, without the indent of a list. */
  public record Block(String language, String text) {}

  /** Every page, by name. */
  public static List<Runbook> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(Runbook::read).toList();
    }
  }

  private static Runbook read(Path file) {
    try {
      return new Runbook(file, Files.readString(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The file's name without its suffix, which is the alert's for an alert's page. */
  public String name() {
    return file.getFileName().toString().replace(".md", "");
  }

  public boolean isOfAnAlert() {
    return name().startsWith("Dnsonde");
  }

  /** Headings of the first and the second level, with their signs. */
  public List<String> headings() {
    return HEADING.matcher(prose()).results().map(MatchResult::group).toList();
  }

  /** Targets of links, as written. */
  public List<String> links() {
    return LINK.matcher(prose()).results().map(link -> link.group(1)).toList();
  }

  public List<Block> blocks() {
    return FENCED
        .matcher(text)
        .results()
        .map(block -> new Block(block.group("language"), block.group("text").stripIndent()))
        .toList();
  }

  /** Blocks in this language, without fences. */
  public List<String> blocks(String language) {
    return blocks().stream()
        .filter(block -> block.language().equals(language))
        .map(Block::text)
        .toList();
  }

  /** Everything to be typed: shell blocks, and code between backquotes. */
  public String typed() {
    Stream<String> spans = SPAN.matcher(prose()).results().map(span -> span.group(1));
    return Stream.concat(blocks("sh").stream(), spans).collect(joining("\n"));
  }

  private String prose() {
    return FENCED.matcher(text).replaceAll("");
  }

  @Override
  public String toString() {
    return name();
  }
}
