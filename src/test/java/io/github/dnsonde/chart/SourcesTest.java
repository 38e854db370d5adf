package io.github.dnsonde.chart;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Alerts and boards: their sources, and the chart's copies, since it cannot read above its folder.
 */
class SourcesTest {

  /** With room to the 262,144 that `kubectl apply` can note in an annotation. */
  private static final int LARGEST = 200 * 1024;

  @ParameterizedTest
  @ValueSource(strings = {"alerts", "dashboards"})
  void theChartsCopiesAreEqual(String folder) throws IOException {
    Map<String, String> sources = texts(Path.of(folder));
    assertFalse(sources.isEmpty());
    assertEquals(
        sources,
        texts(Rendered.CHART.resolve("files").resolve(folder)),
        () -> "copy " + folder + "/* to chart/files/" + folder);
    sources.forEach((name, text) -> assertTrue(text.length() < LARGEST, name));
  }

  private static Map<String, String> texts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(
          toMap(
              file -> file.getFileName().toString(), SourcesTest::text, (a, _) -> a, TreeMap::new));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void promtoolAcceptsTheRules() throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    for (String name : texts(Path.of("alerts")).keySet()) {
      Commands.run(
          promtool.get().toString(),
          "check",
          "rules",
          "--lint=all",
          "--lint-fatal",
          "alerts/" + name);
    }
  }
}
