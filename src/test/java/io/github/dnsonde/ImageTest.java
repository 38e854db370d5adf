package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that all statements about the image agree. */
class ImageTest {

  private static final Path FOLDER = Path.of("src/main/docker");

  private static final Pattern FLAG = Pattern.compile("-X(?:X:[-+]?|log:|mx|ss)[\\w=:]+");

  @Test
  void theReadmeListsEveryFlagOfTheJvm() throws IOException {
    List<String> quoted =
        Pattern.compile("`(-[^` ]+)`")
            .matcher(section(Files.readString(Path.of("README.md")), "## Image"))
            .results()
            .map(flag -> flag.group(1))
            .toList();
    assertAll(
        flags().stream()
            .map(flag -> () -> assertTrue(quoted.contains(flag), "README, Image, names " + flag)));
  }

  @Test
  void measurementsRunWithTheseFlags() throws IOException {
    List<String> measured =
        Stream.of(
                lines(Path.of("README.md"), "^`-XX:"),
                lines(Path.of("pom.xml"), "bench\\.Simulation"),
                lines(Path.of("src/bench/java/io/github/dnsonde/bench/Benchmark.java"), "^ *\"-X"))
            .flatMap(text -> FLAG.matcher(text).results())
            .map(MatchResult::group)
            .distinct()
            .sorted()
            .toList();
    List<String> unknown = new ArrayList<>(measured);
    unknown.removeAll(flags());
    assertEquals(List.of(), unknown, "flags that the image does not have");
    assertTrue(measured.contains("-Xmx32m"), () -> "flags were found: " + measured);
  }

  @Test
  void noRegistryIsWrittenIntoTheRecipe() throws IOException {
    List<String> images =
        Pattern.compile("(?m)^ARG \\w+_IMAGE=(\\S+)$|^FROM (\\S+)")
            .matcher(Files.readString(FOLDER.resolve("Dockerfile")))
            .results()
            .map(image -> image.group(1) == null ? image.group(2) : image.group(1))
            .toList();
    assertFalse(images.isEmpty(), "it names images");
    assertEquals(
        List.of(),
        images.stream().filter(image -> image.matches("[^/]*[.:][^/]*/.*")).toList(),
        "images of a specific registry");
  }

  private static List<String> flags() throws IOException {
    return Files.readAllLines(FOLDER.resolve("jvm.options"));
  }

  private static String section(String text, String heading) {
    int start = text.indexOf(heading + "\n");
    assertTrue(start >= 0, heading);
    return text.substring(start, text.indexOf("\n## ", start));
  }

  /** The lines in which the pattern occurs. */
  private static String lines(Path file, String pattern) throws IOException {
    Pattern wanted = Pattern.compile(pattern);
    List<String> found =
        Files.readAllLines(file).stream().filter(line -> wanted.matcher(line).find()).toList();
    assertFalse(found.isEmpty(), () -> file + " has lines with " + pattern);
    return String.join("\n", found);
  }
}
