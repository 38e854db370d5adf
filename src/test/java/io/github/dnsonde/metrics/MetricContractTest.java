package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Checks that alerts, boards, runbooks and pages name only metrics and labels that the code
 * exports.
 */
class MetricContractTest {

  private static final Path ALERTS = Path.of("alerts");

  /** In prose, "by (hand)" groups nothing. */
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]+`");

  private static final Pattern PARAGRAPH = Pattern.compile("\n\\s*\n");

  private static final MetricContract CONTRACT = contract();

  /** The contract with the additions of this project's recording rules and alerts. */
  private static MetricContract contract() {
    List<JsonNode> rules = files(ALERTS, ".yaml").flatMap(file -> rules(yaml(file))).toList();
    return new MetricContract(
        rules.stream()
            .map(rule -> rule.path("record").asString(""))
            .filter(name -> !name.isEmpty())
            .collect(toSet()),
        rules.stream()
            .flatMap(rule -> rule.path("labels").propertyNames().stream())
            .collect(toSet()));
  }

  private static Stream<JsonNode> rules(JsonNode file) {
    return file.path("groups").valueStream().flatMap(group -> group.path("rules").valueStream());
  }

  static Stream<Path> sources() {
    return Stream.of(
            files(ALERTS, ".yaml"),
            files(Path.of("dashboards"), ".json"),
            files(ALERTS.resolve("runbooks"), ".md"),
            files(Path.of("docs"), ".md"),
            Stream.of(Path.of("README.md")))
        .flatMap(paths -> paths);
  }

  private static Stream<Path> files(Path folder, String ending) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void everyMetricExists(Path source) {
    List<String> unknown =
        texts(source).flatMap(text -> CONTRACT.unknownNames(text).stream()).toList();
    assertEquals(List.of(), unknown);
  }

  @ParameterizedTest
  @MethodSource("sources")
  void everyLabelExists(Path source) {
    List<String> unknown =
        pieces(source)
            .filter(CONTRACT::concerns)
            .flatMap(text -> CONTRACT.unknownLabels(text).stream())
            .toList();
    assertEquals(List.of(), unknown);
  }

  /** The list of all metrics apart, which says of these that they are off. */
  @ParameterizedTest
  @MethodSource("sources")
  void noFamilyIsOffByDefault(Path source) {
    assumeFalse(source.endsWith("metrics.md"), "the list of all metrics");
    List<String> off =
        texts(source).flatMap(text -> MetricContract.namesOffByDefault(text).stream()).toList();
    assertEquals(List.of(), off);
  }

  @Test
  void aFamilyThatIsOffByDefaultIsFound() {
    assertEquals(
        List.of("dnsonde_probe_consecutive_failures"),
        MetricContract.namesOffByDefault(
            "max(dnsonde_probe_consecutive_failures) > 3 and dnsonde_kube_sync_age_seconds"));
  }

  /**
   * Splits a source into units: a file of rules or a board as a whole, but each piece of code on a
   * page.
   */
  private static Stream<String> pieces(Path source) {
    return source.toString().endsWith(".md")
        ? CODE.matcher(text(source))
            .results()
            .flatMap(code -> PARAGRAPH.splitAsStream(code.group()))
        : Stream.of(texts(source).collect(joining("\n")));
  }

  private static Stream<String> texts(Path source) {
    return switch (source.toString().replaceFirst(".*\\.", "")) {
      case "yaml" -> strings(yaml(source));
      case "json" -> strings(new JsonMapper().readTree(text(source)));
      default -> Stream.of(text(source));
    };
  }

  private static Stream<String> strings(JsonNode json) {
    return json.isString()
        ? Stream.of(json.asString())
        : json.valueStream().flatMap(MetricContractTest::strings);
  }

  private static JsonNode yaml(Path file) {
    return new YAMLMapper().readTree(text(file));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void alertsBoardsAndPagesAreAmongTheSources() {
    List<String> names = sources().map(Path::toString).toList();
    assertAll(
        () -> assertTrue(names.contains("alerts/dnsonde.yaml"), names::toString),
        () -> assertTrue(names.contains("dashboards/overview.json"), names::toString),
        () -> assertTrue(names.contains("README.md"), names::toString),
        () -> assertTrue(names.contains("docs/metrics.md"), names::toString));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(rate(dnsonde_probes_total[5m]))",
        "dnsonde_probe_duration_seconds_bucket and dnsonde_probe_duration_seconds",
        "the share is a:dnsonde_probes:share5m",
      })
  void namesThatExist(String text) {
    assertEquals(List.of(), sample().unknownNames(text));
  }

  @ParameterizedTest
  @CsvSource({
    "sum(rate(dnsonde_probe_total[5m])), dnsonde_probe_total",
    "dnsonde_probes_total_bucket, dnsonde_probes_total_bucket",
    "a:dnsonde_probes:share1h, a:dnsonde_probes:share1h"
  })
  void namesThatDoNotExist(String text, String unknown) {
    assertEquals(List.of(unknown), sample().unknownNames(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum by (cluster, le) (dnsonde_probe_duration_seconds_bucket{scope=\"internal\","
            + " le=\"1\"})",
        "a * on (source_namespace) group_left (node) b",
        "up{somebody=\"else\"}",
        "{{ $labels.reason }} {{ $value | humanize }} {{cause}} {{ end }}",
        "sum by (path) (label_join(a, \"path\", \" \", \"server\", \"transport\"))",
        "label_replace(a, \"namespace\", \"$1\", \"source_namespace\", \"(.*)\")",
        "dnsonde_probe_failures_total{reason=~\"timeout|no_route\"}",
      })
  void labelsThatExist(String text) {
    assertEquals(List.of(), sample().unknownLabels(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "dnsonde_vantages{server=\"a\"}; dnsonde_vantages{server}",
        "dnsonde_probes_total{reason=\"timeout\"}; dnsonde_probes_total{reason}",
        "a:dnsonde_probes:share5m{shop=\"a\"}; a:dnsonde_probes:share5m{shop}",
        "dnsonde_probe_failures_total{reason=~\"timeout|no_rout\"}; reason=no_rout",
        "sum by (cluster, sever) (x); sever",
        "a / on (workload) b; workload",
        "in {{ $labels.source_nmespace }}; source_nmespace",
      })
  void labelsThatDoNotExist(String text, String unknown) {
    assertEquals(List.of(unknown), sample().unknownLabels(text));
  }

  private static MetricContract sample() {
    return new MetricContract(Set.of("a:dnsonde_probes:share5m"), Set.of("severity"));
  }
}
