package io.github.dnsonde.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.yaml.Key.Row;
import io.github.dnsonde.config.yaml.Mistake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks one invalid file for each mistake. The file itself contains the expected message, without
 * the file's name, in lines that start with {@code #>}.
 */
class InvalidFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/config");
  private static final String EXPECTED = "#>";

  static Stream<Path> invalidFiles() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("invalid-"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("invalidFiles")
  void reportsExactlyTheExpectedMistakes(Path file) throws IOException {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> ConfigFile.read(file, Map.of()),
            file + " was accepted without a mistake");
    assertEquals(
        String.join("\n", expected(file)),
        String.join("\n", e.mistakes().stream().map(Mistake::toString).toList()));
  }

  @Test
  void everyKeyHasAnInvalidFile() throws IOException {
    List<String> complaints = invalidFiles().flatMap(file -> lines(file).stream()).toList();
    for (Row row : RootSection.SECTION.rows()) {
      String path = row.path().replaceAll("\\[]", "[0]");
      assertTrue(
          complaints.stream().anyMatch(line -> line.contains(" " + path)),
          "no invalid-*.yaml has a mistake at " + row.path());
    }
  }

  private static List<String> expected(Path file) {
    List<String> messages =
        lines(file).stream()
            .filter(line -> line.startsWith(EXPECTED))
            .map(line -> file + line.substring(EXPECTED.length()))
            .toList();
    assertTrue(!messages.isEmpty(), file + " does not contain the expected message");
    return messages;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
