package io.github.dnsonde.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code dnsonde lint --build} with the programs kustomize and kubectl. */
@Timeout(90)
class KustomizeProgramsTest {

  private static final Path REPOSITORY = Path.of("src/test/resources/lint/built");

  @TempDir Path folder;

  @Test
  void theyBuildOnlyFilesOfTheRepository() throws IOException, InterruptedException {
    Optional<Path> kustomize = program("DNSONDE_KUSTOMIZE", "kustomize");
    Optional<Path> kubectl = program("DNSONDE_KUBECTL", "kubectl");
    assumeTrue(
        kustomize.isPresent() || kubectl.isPresent(),
        "neither kustomize (DNSONDE_KUSTOMIZE, PATH) nor kubectl (DNSONDE_KUBECTL, PATH) is"
            + " available");
    if (kustomize.isPresent()) {
      build("kustomize", kustomize.get());
    }
    if (kubectl.isPresent()) {
      build("kubectl", kubectl.get());
    }
  }

  private static Optional<Path> program(String variable, String name) {
    return Optional.ofNullable(System.getenv(variable)).map(Path::of).or(() -> Programs.find(name));
  }

  private void build(String name, Path program) throws IOException, InterruptedException {
    Path programs = Files.createDirectories(folder.resolve(name));
    Files.createSymbolicLink(programs.resolve(name), program.toAbsolutePath());
    Ran ran = LintProcess.run(folder, programs, REPOSITORY.toString(), "--build", "-f", "json");
    assertEquals(2, ran.status(), ran::toString);
    JsonObject report = JsonParser.parseString(ran.out()).getAsJsonObject();
    String found =
        Stream.concat(
                each(report, "findings").map(KustomizeProgramsTest::shown),
                each(report, "errors").map(error -> text(error, "message")))
            .map(line -> line.replace(REPOSITORY + "/", ""))
            .map(line -> line.replaceFirst("(?s)kustomize failed: .*", "kustomize failed"))
            .collect(joining("\n"));
    assertEquals(
        Files.readString(REPOSITORY.resolve("expected.txt")).strip(), found, ran::toString);
  }

  /** The location, the rule, and the unit if it is another. */
  private static String shown(JsonObject finding) {
    Matcher unit = Pattern.compile("\\(in .*\\)$").matcher(text(finding, "message"));
    return Stream.of("file", "severity", "rule")
            .map(field -> text(finding, field))
            .collect(joining(" "))
        + (unit.find() ? " " + unit.group() : "");
  }

  private static Stream<JsonObject> each(JsonObject report, String name) {
    return report.getAsJsonArray(name).asList().stream().map(element -> element.getAsJsonObject());
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }
}
