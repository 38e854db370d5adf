package io.github.dnsonde.testkit;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documents or of the runbooks, taken apart. */
public record Page(Path file, String text) {

  public static final Path RUNBOOKS = Path.of("alerts/runbooks");
  public static final Path DOCS = Path.of("docs");

  private static final Pattern FENCED =
      Pattern.compile("(?ms)^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^\\k<indent>```$");

  private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,2} .*$");
  private static final Pattern ANY_HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

  /** The content of a fenced block, without the indent of a list. */
  public record Block(String language, String text) {}

  /** The pages of the runbooks: those of alerts, and those that several of them share. */
  public static List<Page> runbooks() throws IOException {
    return pages(RUNBOOKS);
  }

  /** The pages at the top of the repository, of the chart, and in {@code docs}. */
  public static List<Page> documents() throws IOException {
    return Stream.of(pages(Path.of("")), pages(Path.of("chart")), pages(DOCS))
        .flatMap(List::stream)
        .toList();
  }

  /** All of them. */
  public static List<Page> all() throws IOException {
    return Stream.concat(documents().stream(), runbooks().stream()).toList();
  }

  private static List<Page> pages(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Page::read)
          .toList();
    }
  }

  private static Page read(Path file) {
    try {
      return new Page(file, Files.readString(file));
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

  /** The anchors of the headings, as GitHub makes them. */
  public Set<String> anchors() {
    return ANY_HEADING
        .matcher(prose())
        .results()
        .map(heading -> heading.group(1).replace("`", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(toSet());
  }

  /** The text without what stands between fences. */
  public String prose() {
    return FENCED.matcher(text).replaceAll("");
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
