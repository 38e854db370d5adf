package io.github.dnsonde.chart;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Checks that the programs Helm 3 and Helm 4 render the chart like the library. */
class HelmProgramsTest {

  @ParameterizedTest
  @CsvSource({"DNSONDE_HELM3, v3.", "DNSONDE_HELM4, v4."})
  void theyFindNoMistakesAndRenderTheSame(String variable, String version) throws IOException {
    Path helm = program(variable, version);
    for (Path sample : Rendered.samples()) {
      String linted =
          run(
              helm,
              "lint",
              "--strict",
              "chart",
              "--values",
              sample.toString(),
              "--kube-version",
              Rendered.KUBERNETES);
      assertTrue(linted.contains("1 chart(s) linted, 0 chart(s) failed"), linted);
      assertSame(Rendered.sample(sample), Rendered.parse(template(helm, sample)));
    }
  }

  private static String template(Path helm, Path sample) throws IOException {
    return run(
        helm,
        "template",
        Rendered.RELEASE,
        "chart",
        "--namespace",
        Rendered.NAMESPACE,
        "--values",
        sample.toString(),
        "--kube-version",
        Rendered.KUBERNETES);
  }

  private static void assertSame(Rendered expected, Rendered actual) {
    assertEquals(
        expected.names().stream().sorted().toList(), actual.names().stream().sorted().toList());
    Map<String, JsonNode> byName = new HashMap<>();
    actual.objects().forEach(object -> byName.put(Rendered.identity(object), object));
    assertAll(
        expected.objects().stream()
            .flatMap(
                object ->
                    Stream.of(() -> assertEquals(object, byName.get(Rendered.identity(object))))));
  }

  /**
   * Returns the program that the variable names, otherwise the helm in PATH if it has this version.
   */
  static Path program(String variable, String version) throws IOException {
    Optional<Path> named = Optional.ofNullable(System.getenv(variable)).map(Path::of);
    Optional<Path> found = named.isPresent() ? named : Programs.find("helm");
    assumeTrue(
        found.isPresent() && run(found.get(), "version", "--short").startsWith(version),
        variable + " does not name a Helm " + version + "x, nor is one in PATH");
    return found.get();
  }

  private static String run(Path helm, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(helm.toString()));
    line.addAll(List.of(arguments));
    return Commands.run(line, "");
  }
}
