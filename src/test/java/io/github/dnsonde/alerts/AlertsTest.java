package io.github.dnsonde.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Checks every alert with promtool: it fires in its incident with the right text, and nothing else
 * ever fires. The files describe clusters and faults. A model of the agent makes the series, which
 * stay in {@code target/alerts}.
 */
@Tag("long")
class AlertsTest {

  static final Path SCENARIOS = Path.of("src/test/resources/alerts");

  static List<Path> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      return files.sorted().toList();
    }
  }

  @TestFactory
  List<DynamicTest> withPromtool() throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    return tests(promtool.get(), 2);
  }

  @TestFactory
  List<DynamicTest> withPromtoolOfPrometheus3() throws IOException {
    String promtool = System.getenv("DNSONDE_PROMTOOL3");
    assumeTrue(promtool != null, "DNSONDE_PROMTOOL3 names no promtool of Prometheus 3");
    return tests(Path.of(promtool), 3);
  }

  /** Starts all at once; each test waits for its own. */
  private static List<DynamicTest> tests(Path promtool, int major) throws IOException {
    PromtoolTest maker = new PromtoolTest(AlertRules.read(), major);
    Path folder = Path.of("target/alerts/" + major);
    Map<Path, Process> started = new LinkedHashMap<>();
    for (Path file : scenarios()) {
      JsonNode scenarios = AlertRules.yaml(file);
      List<Map<String, Object>> tests =
          scenarios.path("tests").valueStream().map(maker::test).toList();
      Path made = folder.resolve(file.getFileName());
      PromtoolTest.write(made, scenarios.path("evaluation").asString(), tests);
      Path output = folder.resolve(file.getFileName() + ".said");
      started.put(
          output,
          new ProcessBuilder(promtool.toString(), "test", "rules", made.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start());
    }
    return started.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey().getFileName().toString(),
                    () ->
                        assertEquals(
                            0, each.getValue().waitFor(), () -> PromtoolTest.text(each.getKey()))))
        .toList();
  }
}
