package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.dnsonde.testkit.Markdown;
import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cheap rules of plain English: widths, words with a better one, and openings of Javadoc. */
class PlainEnglishTest {

  private static final int CELL = 120;

  /** Words to avoid, each with a better one. */
  private static final Map<String, String> BETTER =
      Map.ofEntries(
          Map.entry("tells?|told", "report, show, define, say"),
          Map.entry("mend(s|ed|ing)?", "fix"),
          Map.entry("(is|are|be|all|looks?) well", "is valid, healthy, fine"),
          Map.entry("for ever", "continuously"),
          Map.entry("besides?", "next to; also"),
          Map.entry("as a rule(?! sees)", "usually"),
          Map.entry("as well(?! as)", "also"),
          Map.entry(", too(?=[.;:,])", "also"),
          Map.entry("all the same", "still, nevertheless"),
          Map.entry("make-believe", "simulated, fake"),
          Map.entry("hears? nothing|heard nothing", "get no response from"),
          Map.entry("ask(s|ed|ing)? from", "probe from"),
          Map.entry("heed(s|ed|ing)?", "use"),
          Map.entry("lest", "so that … not"),
          Map.entry("in vain", "without success"),
          Map.entry("come(s)? by", "get"),
          Map.entry("of late", "recent, recently"),
          Map.entry("in the midst", "in the middle"),
          Map.entry("(is|are) to be", "must be, is meant to be"),
          Map.entry("anew", "again"),
          Map.entry("letters", "characters"),
          Map.entry("whither|wherein|whereof|thereof", "where, in which, of it"));

  private static final Pattern WORDS =
      Pattern.compile(
          "(?i)(?<![\\w-])(?:"
              + String.join("|", BETTER.keySet())
              + ")(?![\\w-])"
              + "|, too(?=[.;:,])");

  private static final Pattern OPENING =
      Pattern.compile(
          "/\\*\\*[\\s*]*((?:What|Where|Who|Whose|Whom|Whoever|Whether|How)(?:ever)?)\\b");

  /** The code in Markdown and in Javadoc, which may contain any names. */
  private static final Pattern CODE =
      Pattern.compile("`[^`\n]*`|\\{@(?:code|link|linkplain|literal)\\s[^}]*\\}");

  /** The parts of pages that are generated from the code, where the same words are found. */
  private static final Pattern GENERATED =
      Pattern.compile("(?s)<!-- ([a-z-]+) -->.*?<!-- /\\1 -->");

  /** The texts for readers: comments, and in the program itself also literals. */
  private static final Pattern COMMENT =
      Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"\"\"\n.*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\"");

  /** Packages whose comments and messages have not been rewritten yet: the list only shrinks. */
  private static final Set<String> WORDS_PENDING = Set.of("test/dashboards");

  /** Packages whose Javadoc has not been rewritten yet: the list only shrinks. */
  private static final Set<String> OPENINGS_PENDING = Set.of("test/dashboards");

  static List<Page> pages() throws IOException {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linesAndCellsAreShort(Page page) {
    List<String> wide = new ArrayList<>();
    int number = 0;
    boolean fenced = false;
    for (String line : page.text().lines().toList()) {
      number++;
      boolean fence = line.strip().startsWith("```");
      fenced ^= fence;
      if (fence || fenced) {
        continue;
      }
      boolean broken =
          line.startsWith("|")
              ? Markdown.cells(line).stream().anyMatch(cell -> cell.length() > CELL)
              : line.length() > Markdown.COLUMNS;
      if (broken) {
        wide.add(page + ":" + number + ": " + line);
      }
    }
    assertEquals(
        List.of(), wide, "prose of over 100 characters, or table cells of over 120: wrap them");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pagesUseTheWordsOfTheField(Page page) {
    assertEquals(
        List.of(), found(page.file(), GENERATED.matcher(page.prose()).replaceAll("")), "words");
  }

  static Stream<Path> chart() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("chart"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith("chart/files"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("chart")
  void theChartUsesTheWordsOfTheField(Path file) throws IOException {
    assertEquals(List.of(), found(file, Files.readString(file)), "words");
  }

  static Stream<Path> alerts() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("alerts"))) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void theAlertsUseTheWordsOfTheField(Path file) throws IOException {
    assertEquals(List.of(), found(file, Files.readString(file)), "words");
  }

  @Test
  void javaUsesTheWordsOfTheField() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    for (Path file : sources()) {
      StringBuilder read = new StringBuilder();
      Matcher text = COMMENT.matcher(Files.readString(file));
      while (text.find()) {
        if (file.startsWith("src/main") || !text.group().startsWith("\"")) {
          read.append(text.group()).append('\n');
        }
      }
      List<String> words = found(file, read.toString());
      if (!words.isEmpty()) {
        found.computeIfAbsent(room(file), room -> new ArrayList<>()).addAll(words);
      }
    }
    onlyPending(WORDS_PENDING, found);
  }

  @Test
  void javadocOpensWithANounOrAVerb() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    for (Path file : sources()) {
      OPENING
          .matcher(Files.readString(file))
          .results()
          .forEach(
              opening ->
                  found
                      .computeIfAbsent(room(file), room -> new ArrayList<>())
                      .add(file + ": opens with " + opening.group(1)));
    }
    onlyPending(OPENINGS_PENDING, found);
  }

  /** Fails if a package outside the list breaks the rule, or if one in the list no longer does. */
  private static void onlyPending(Set<String> pending, Map<String, List<String>> found) {
    List<String> broken =
        found.entrySet().stream()
            .filter(room -> !pending.contains(room.getKey()))
            .flatMap(room -> room.getValue().stream())
            .toList();
    assertEquals(List.of(), broken);
    Set<String> done = new TreeSet<>(pending);
    done.removeAll(found.keySet());
    assertEquals(Set.of(), done, "packages that follow the rule: take them out of the list");
  }

  /** Returns all sources but this one, which has the words. */
  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("PlainEnglishTest.java"))
          .sorted()
          .toList();
    }
  }

  /** Returns the package of a file, with its tree: {@code main/kube}. */
  private static String room(Path file) {
    return file.toString()
        .replaceFirst("/\\w+(?:-\\w+)?[.]java$", "")
        .replaceFirst("^src/(\\w+)/java/io/github/dnsonde", "$1");
  }

  private static List<String> found(Path file, String text) {
    List<String> found = new ArrayList<>();
    String read = CODE.matcher(text).replaceAll("").replaceAll("\\s*\n\\s*(?:[*#] ?)?", " ");
    Matcher words = WORDS.matcher(read);
    while (words.find()) {
      String around =
          read.substring(
              Math.max(0, words.start() - 40), Math.min(read.length(), words.end() + 20));
      found.add(file + ": '" + words.group() + "' in '…" + around + "…': " + better(words.group()));
    }
    return found;
  }

  private static String better(String word) {
    return BETTER.entrySet().stream()
        .filter(entry -> Pattern.compile("(?i)" + entry.getKey()).matcher(word + ".").lookingAt())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("another word");
  }

  @ParameterizedTest
  @CsvSource({
    "the metric tells its age, true",
    "all is well, true",
    "it fails as well as the other, false",
    "'it fails, too.', true",
    "too many pods, false",
    "`--mending` prints it, false",
    "the policy that would mend it, true",
    "runs for ever, true"
  })
  void wordsAreFound(String text, boolean word) {
    assertEquals(word, !found(Path.of("a.md"), text).isEmpty(), text);
  }

  @Test
  void sourcesAreFound() throws IOException {
    assertFalse(sources().isEmpty());
    assertEquals("main/kube", room(Path.of("src/main/java/io/github/dnsonde/kube/Page.java")));
  }
}
