package io.github.dnsonde;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks that all statements about the image agree. */
class ImageTest {

  private static final Path FOLDER = Path.of("src/main/docker");

  private static final Pattern FLAG = Pattern.compile("-X(?:X:[-+]?|log:|mx|ss)[\\w=:]+");

  @Test
  void thePageListsEveryFlagOfTheJvm() throws IOException {
    List<String> quoted =
        Pattern.compile("`(-[^` ]+)`")
            .matcher(Files.readString(Path.of("docs/image.md")))
            .results()
            .map(flag -> flag.group(1))
            .toList();
    assertAll(
        flags().stream()
            .map(flag -> () -> assertTrue(quoted.contains(flag), "docs/image.md names " + flag)));
  }

  @Test
  void measurementsRunWithTheseFlags() throws IOException {
    List<String> measured =
        Stream.of(
                lines(Path.of("docs/measurements.md"), "^-XX:"),
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
    assertTrue(measured.contains("-Xmx26m"), () -> "flags were found: " + measured);
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

  @Test
  void theListOfTheImageIsThatOfTheJarAndFurtherComponents(@TempDir Path folder)
      throws IOException {
    Path jar =
        Files.writeString(
            folder.resolve("jar.cdx.json"),
            """
            {
              "bomFormat" : "CycloneDX",
              "metadata" : {
                "tools" : {
                  "components" : [
                    {"name" : "maven"}
                  ]
                }
              },
              "components" : [
                {"name" : "dnsjava"}
              ]
            }\
            """);
    String image =
        Commands.run(
            List.of(FOLDER.resolve("sbom").toString(), jar.toString()),
            """
            platform\tOpen\\JDK "25"\t25.0.3+9\tpkg:generic/openjdk@25.0.3%2B9
            library\tlibc6\t2.36\tpkg:deb/debian/libc6@2.36
            """);
    JsonNode components = JsonMapper.shared().readTree(image).path("components");
    assertEquals(
        List.of("Open\\JDK \"25\"", "libc6", "dnsjava"),
        components.findValuesAsString("name"),
        image);
    assertEquals("platform", components.at("/0/type").asString());
    assertEquals("25.0.3+9", components.at("/0/version").asString());
    assertEquals("pkg:deb/debian/libc6@2.36", components.at("/1/purl").asString());
  }

  @Test
  void aFileThatIsNotAListIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "{}\n");
    IOException refusal =
        assertThrows(
            IOException.class,
            () -> Commands.run(FOLDER.resolve("sbom").toString(), file.toString()));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("where the list of a CycloneDX file begins"),
        refusal::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"linux/s390x", "windows/amd64", "linux"})
  void anotherPlatformIsRefusedWithAdvice(String platform) {
    IOException refusal =
        assertThrows(
            IOException.class,
            () -> Commands.run(FOLDER.resolve("build").toString(), "--platform", platform));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains("use a machine of " + platform + ", or docker build"),
        refusal::toString);
  }

  private static List<String> flags() throws IOException {
    return Files.readAllLines(FOLDER.resolve("jvm.options"));
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
