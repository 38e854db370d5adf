package io.github.dnsonde.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.testkit.GoProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Grafana's published schema, which a Go module holds, and the boards. A small program reads them
 * with it. Go compiles it in 15 s the first time, and keeps the result.
 */
class GrafanaSchemaTest {

  @TempDir private static Path folder;

  private static GoProgram program;

  @BeforeAll
  static void build() throws IOException {
    program = GoProgram.built("dashboards", folder);
  }

  static Stream<Path> boards() throws IOException {
    return Dashboard.files().stream();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void theBoardHasNoMistake(Path file) throws IOException {
    assertEquals(List.of(), mistakes(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"refresh\":; \"refrehs\":; unexpected field 'refrehs'",
        "\"graphMode\":; \"graphMod\":; unexpected field 'graphMod'",
        "\"noValue\":; \"nothing\":; unexpected field 'nothing'",
        "\"schemaVersion\": 39; \"schemaVersion\": \"39\"; cannot unmarshal string",
        "\"filterable\": false; \"filterable\": \"no\"; cannot unmarshal string",
        "\"decimals\":; \"unit\": 1, \"decimals\":; cannot unmarshal number",
        "\"frameIndex\": 0,; ; options.frameIndex: required field is missing",
        "\"legendFormat\":; \"legend\":; unexpected field 'legend'",
        "\"type\": \"heatmap\"; \"type\": \"heatmpa\"; \"heatmpa\" is not registered",
      })
  void aMistakeIsFound(String right, String wrong, String found) throws IOException {
    String board = Files.readString(Dashboard.FOLDER.resolve("overview.json"));
    assertTrue(board.contains(right), right);
    Path file = folder.resolve("wrong.json");
    Files.writeString(file, board.replace(right, wrong == null ? "" : wrong));
    List<String> mistakes = mistakes(file);
    assertTrue(mistakes.toString().contains(found), mistakes::toString);
  }

  @Test
  void aFileThatIsNoBoardIsFound() throws IOException {
    Path file = Files.writeString(folder.resolve("none.json"), "[]");
    assertTrue(mistakes(file).toString().contains("cannot unmarshal array"));
  }

  private static List<String> mistakes(Path file) throws IOException {
    Process process =
        new ProcessBuilder(program.file().toString(), file.toString())
            .redirectErrorStream(true)
            .start();
    List<String> said;
    try (var reader = process.inputReader()) {
      said = reader.readAllLines();
    }
    try {
      assertEquals(said.isEmpty() ? 0 : 1, process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return said;
  }
}
