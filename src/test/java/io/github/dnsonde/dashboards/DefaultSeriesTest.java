package io.github.dnsonde.dashboards;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.testkit.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Boards, rules and runbooks use only what agents export by default. The states of paths replace
 * the streaks and the times of the last success; counters have no {@code scope}, except for
 * SERVFAIL, and durations no {@code transport}.
 */
class DefaultSeriesTest {

  private static final Pattern ONLY_IN_FULL =
      Pattern.compile(
          "dnsonde_probe_consecutive_failures|dnsonde_probe_last_success_timestamp_seconds");

  private static final Pattern SCOPE = Pattern.compile("\\bscope\\b");
  private static final Pattern TRANSPORT = Pattern.compile("\\btransport\\b");
  private static final Pattern BY_REASON = Pattern.compile("\\breason\\b");

  @Test
  void everyQueryDoesWithoutTheSeriesThatAreOffByDefault() throws IOException {
    List<String> queries = new ArrayList<>();
    for (Path file : Dashboard.files()) {
      Dashboard board = Dashboard.read(file);
      board.panels().stream()
          .flatMap(panel -> panel.targets().stream())
          .map(Target::expr)
          .forEach(queries::add);
      board.variables().stream()
          .map(variable -> variable.path("definition").asString(""))
          .forEach(queries::add);
    }
    JsonNode rules = YAMLMapper.shared().readTree(Files.readString(Path.of("alerts/dnsonde.yaml")));
    rules.findValues("expr").stream().map(JsonNode::asString).forEach(queries::add);
    for (Page page : Page.runbooks()) {
      queries.addAll(page.blocks("promql"));
    }
    assertEquals(
        List.of(), queries.stream().filter(DefaultSeriesTest::wantsMoreThanTheDefault).toList());
  }

  private static boolean wantsMoreThanTheDefault(String query) {
    boolean scoped = SCOPE.matcher(query).find();
    return ONLY_IN_FULL.matcher(query).find()
        || (scoped && query.contains("dnsonde_probes_total"))
        || (scoped
            && query.contains("dnsonde_probe_failures_total")
            && !BY_REASON.matcher(query).find())
        || (query.contains("dnsonde_probe_duration_seconds") && TRANSPORT.matcher(query).find());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "max(dnsonde_probe_consecutive_failures); true",
        "time() - dnsonde_probe_last_success_timestamp_seconds; true",
        "sum by (scope) (rate(dnsonde_probes_total[5m])); true",
        "sum by (scope) (rate(dnsonde_probe_failures_total[5m])); true",
        "sum by (scope) (rate(dnsonde_probe_failures_total{reason=\"servfail\"}[5m])); false",
        "sum by (le, transport) (rate(dnsonde_probe_duration_seconds_bucket[5m])); true",
        "sum by (le, scope) (rate(dnsonde_probe_duration_seconds_bucket[5m])); false",
        "sum by (transport) (rate(dnsonde_probes_total[5m])); false",
      })
  void aQueryOfMoreIsFound(String query, boolean more) {
    assertEquals(more, wantsMoreThanTheDefault(query));
  }
}
