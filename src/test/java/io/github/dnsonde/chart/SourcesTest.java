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
import java.nio.file.PathMatcher;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks the sources of alerts and boards, and their copies in the chart, which cannot read files
 * outside its folder.
 */
class SourcesTest {

  /** The size limit, well below the 262,144 that `kubectl apply` can store in an annotation. */
  private static final int LARGEST = 200 * 1024;

  @ParameterizedTest
  @CsvSource({"alerts, dnsonde.yaml", "dashboards, *.json"})
  void theChartsCopiesAreEqual(String folder, String chosen) throws IOException {
    Map<String, String> sources = texts(Path.of(folder), chosen);
    assertFalse(sources.isEmpty());
    assertEquals(
        sources,
        texts(Rendered.CHART.resolve("files").resolve(folder), "*"),
        () -> "copy " + folder + "/" + chosen + " to chart/files/" + folder);
    sources.forEach((name, text) -> assertTrue(text.length() < LARGEST, name));
  }

  private static Map<String, String> texts(Path folder, String chosen) throws IOException {
    PathMatcher matcher = folder.getFileSystem().getPathMatcher("glob:" + chosen);
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> matcher.matches(file.getFileName()))
          .collect(
              toMap(
                  file -> file.getFileName().toString(),
                  SourcesTest::text,
                  (a, _) -> a,
                  TreeMap::new));
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
    Commands.run(
        promtool.get().toString(),
        "check",
        "rules",
        "--lint=all",
        "--lint-fatal",
        "alerts/dnsonde.yaml");
  }
}
