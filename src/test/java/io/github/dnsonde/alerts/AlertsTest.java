package io.github.dnsonde.alerts;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Every alert, by promtool: that it fires on its incident and says what it should, and that nothing
 * else ever does. The files tell of clusters and faults; the series are made by a model of the
 * agent.
 */
class AlertsTest {

  private static final Path SCENARIOS = Path.of("src/test/resources/alerts");

  static List<Path> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void promtool(Path file) throws IOException {
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(promtool.isPresent(), "promtool is not installed (Debian package prometheus)");
    check(promtool.get(), file);
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void promtool3(Path file) throws IOException {
    String promtool = System.getenv("DNSONDE_PROMTOOL3");
    assumeTrue(promtool != null, "DNSONDE_PROMTOOL3 names no promtool of Prometheus 3");
    check(Path.of(promtool), file);
  }

  private static void check(Path promtool, Path file) throws IOException {
    PromtoolTest maker = new PromtoolTest(AlertRules.read());
    JsonNode scenarios = AlertRules.yaml(file);
    List<Map<String, Object>> tests =
        scenarios.path("tests").valueStream().map(maker::test).toList();
    Path made = Path.of("target/alerts").resolve(file.getFileName());
    PromtoolTest.write(made, scenarios.path("evaluation").asString(), tests);
    String said = Commands.run(promtool.toString(), "test", "rules", made.toString());
    assertTrue(said.contains("SUCCESS"), said);
  }
}
