package io.github.dnsonde.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.testkit.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Checks the form of the rules; each alert also needs its tests and its row in docs/alerts.md. */
class RulesTest {

  private static final Pattern RECORDED = Pattern.compile("[a-z_]+:[a-z0-9_]+:[a-z0-9_]+");
  private static final Pattern USED = Pattern.compile("\\b[a-z_]+:dnsonde_[a-z0-9_]+:[a-z0-9_]+");
  private static final Pattern PER_PATH = Pattern.compile("(?<![:\\w])dnsonde_path_\\w+(?=[ ){])");
  private static final Pattern PER_PATH_RANGE =
      Pattern.compile("(?<![:\\w])dnsonde_path_\\w+(\\{[^}]*})?\\[");
  private static final Pattern PER_PROBE = Pattern.compile("\\bdnsonde_probes?_\\w+");
  private static final Pattern BY_OR_ON = Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)");
  private static final Pattern EXCLUDED =
      Pattern.compile("source_namespace=%q, code!~\"([^\"]*)\"");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(Dnsonde\\w+)` \\| ([a-z, ]+) \\|");
  private static final Pattern COMMAND = Pattern.compile("`([^`]+)`");
  private static final Pattern PLUGIN =
      Pattern.compile(
          "kubectl dnsonde (status|explain|incident|check|vantages)"
              + "( --node \\{\\{ \\$labels\\.node }}| \\{\\{ \\$labels\\.source_namespace }})?");
  private static final List<String> SEVERITIES = List.of("critical", "warning", "info");

  private final AlertRules rules;

  RulesTest() throws IOException {
    rules = AlertRules.read();
  }

  @Test
  void everyAlertSaysWhatItMust() {
    for (JsonNode alert : rules.alerts()) {
      String name = alert.path("alert").asString();
      assertTrue(name.matches("Dnsonde[A-Z]\\w+"), name);
      assertTrue(SEVERITIES.contains(alert.at("/labels/severity").asString()), name);
      JsonNode annotations = alert.path("annotations");
      Set<String> names = new TreeSet<>(annotations.propertyNames());
      boolean action = names.remove("action");
      assertTrue(!names.remove("cause") || action, name + ": a cause, but no action");
      assertEquals(Set.of("summary", "description", "runbook_url", "dashboard_url"), names, name);
      assertFalse(annotations.path("summary").asString().contains("{{"), name);
      assertTrue(annotations.path("runbook_url").asString().endsWith("/" + name + ".md"), name);
      assertTrue(annotations.path("dashboard_url").asString().startsWith("/d/dnsonde-"), name);
      assertFalse(alert.path("labels").toString().contains("{{"), name + ": a value in a label");
    }
  }

  /** People on call have the plugin, and no shell on a node. */
  @Test
  void eachActionIsACommandOfThePlugin() throws IOException {
    String help = Files.readString(Path.of("src/main/kubectl/kubectl-dnsonde"));
    Set<String> silent = new TreeSet<>();
    for (JsonNode alert : rules.alerts()) {
      String name = alert.path("alert").asString();
      String action = alert.at("/annotations/action").asString("");
      if (action.isEmpty()) {
        silent.add(name);
        continue;
      }
      List<MatchResult> commands = COMMAND.matcher(action).results().toList();
      assertFalse(commands.isEmpty(), name + ": " + action);
      assertTrue(action.startsWith("`"), name + ": " + action);
      for (MatchResult command : commands) {
        Matcher words = PLUGIN.matcher(command.group(1));
        assertTrue(words.matches(), name + ": " + command.group());
        assertTrue(help.contains("\n  " + words.group(1)), name + ": " + command.group());
      }
    }
    // The plugin knows nothing about these.
    assertEquals(
        Set.of(
            "DnsondeAgentStarved",
            "DnsondeCertificateExpires",
            "DnsondeClusterViewStale",
            "DnsondeConfigReloadFailed",
            "DnsondeNoServerInUse"),
        silent);
  }

  @Test
  void summariesAreTheSameForAllSeverities() {
    rules.alertNames().forEach(name -> assertFalse(rules.summary(name).contains(" and .")));
    assertEquals(
        rules.alertNames().size(),
        rules.alerts().stream()
            .map(alert -> alert.at("/annotations/summary").asString())
            .distinct()
            .count());
  }

  @Test
  void recordedSeriesAreNamedByLevelMetricOperationAndThereWhenUsed() {
    Set<String> recorded =
        rules.all().stream()
            .filter(rule -> rule.has("record"))
            .map(rule -> rule.path("record").asString())
            .collect(Collectors.toCollection(TreeSet::new));
    recorded.forEach(name -> assertTrue(RECORDED.matcher(name).matches(), name));
    Set<String> used =
        rules.all().stream()
            .flatMap(
                rule ->
                    USED.matcher(
                            rule.path("expr").asString()
                                + rule.at("/annotations/cause").asString(""))
                        .results())
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    used.add("namespace:dnsonde_availability:avg30d"); // for people
    assertEquals(recorded, used);
  }

  /** A ruler that cannot query loses only the annotation that queries, and not the command. */
  @Test
  void onlyTheCauseIsLookedUp() {
    for (JsonNode alert : rules.alerts()) {
      alert
          .path("annotations")
          .forEachEntry(
              (name, text) ->
                  assertEquals(
                      name.equals("cause"), text.asString().contains("| query"), alert::toString));
    }
  }

  /** A pass over all paths of a thousand nodes costs a second. */
  @Test
  void thePathsAreReadFourTimesAndNeverOverATime() {
    List<String> passes =
        rules.all().stream()
            .flatMap(rule -> PER_PATH.matcher(rule.path("expr").asString()).results())
            .map(MatchResult::group)
            .toList();
    assertEquals(4, passes.size(), passes::toString);
    rules
        .all()
        .forEach(
            rule -> {
              String expression = rule.path("expr").asString();
              assertFalse(PER_PROBE.matcher(expression).find(), expression);
              assertFalse(PER_PATH_RANGE.matcher(expression).find(), expression);
            });
  }

  /** An outage of minutes may lie between two evaluations of a group that is evaluated seldom. */
  @Test
  void whatIsRecordedEveryFiveMinutesIsAnAverageOverThem() throws IOException {
    List<JsonNode> seldom = AlertRules.evaluatedEvery("5m");
    assertFalse(seldom.isEmpty());
    for (JsonNode rule : seldom) {
      String expression = rule.path("expr").asString();
      assertTrue(expression.matches("(?s).*avg_over_time\\([^)]*\\[5m]\\).*"), expression);
    }
  }

  /** Recorded series are of a namespace, a server, a node or a cluster, not of a workload. */
  @Test
  void nothingIsRecordedByPath() {
    rules.all().stream()
        .filter(rule -> rule.has("record"))
        .map(rule -> rule.path("record").asString().split(":", 2)[0])
        .forEach(
            level ->
                assertTrue(
                    Set.of("cluster", "server", "node", "namespace", "namespace_server")
                        .contains(level),
                    level));
  }

  @Test
  void everyAggregationKeepsTheCluster() {
    for (JsonNode rule : rules.all()) {
      String expression = rule.path("expr").asString();
      BY_OR_ON
          .matcher(expression)
          .results()
          .map(found -> found.group(1))
          .filter(labels -> !labels.isBlank()) // absent() has no labels to keep
          .forEach(labels -> assertTrue(labels.contains("cluster"), expression));
    }
    rules.alerts().stream()
        .map(alert -> alert.at("/annotations/cause").asString(""))
        .filter(cause -> !cause.isEmpty())
        .forEach(cause -> assertTrue(cause.contains("cluster=%q"), cause));
  }

  /**
   * An alert about queries without a response: what is answered, or only agents see, is no cause.
   */
  @Test
  void onlyWhatExplainsQueriesWithoutAResponseIsTheirCause() {
    List<String> excluded =
        rules.alerts().stream()
            .flatMap(
                alert -> EXCLUDED.matcher(alert.at("/annotations/cause").asString("")).results())
            .map(found -> found.group(1))
            .toList();
    assertEquals(6, excluded.size());
    assertEquals(1, Set.copyOf(excluded).size(), excluded::toString);
    Pattern codes = Pattern.compile(excluded.getFirst());
    Set<Code> named = EnumSet.noneOf(Code.class);
    for (Code code : Code.values()) {
      boolean taken = !codes.matcher(code.label()).matches();
      assertFalse(taken && code.isOfAgent(), code::label);
      if (taken) {
        named.add(code);
      }
    }
    assertEquals(
        EnumSet.of(
            Code.EGRESS_DENIED,
            Code.INGRESS_DENIED,
            Code.POLICY_UNCLEAR,
            Code.NO_ENDPOINTS,
            Code.CACHE_DOWN,
            Code.SERVER_DOWN,
            Code.NODE_CUT_OFF,
            Code.TRANSPORT_BLOCKED,
            Code.NODE_POLICY_DIFFERS,
            Code.NO_AGENT, // only a controller finds these two, and it has no such series
            Code.NO_DNS_DECLARED),
        named);
  }

  @Test
  void absenceIsWaitedFor() {
    rules.alerts().stream()
        .filter(alert -> alert.path("expr").asString().contains("absent("))
        .forEach(alert -> assertEquals("5m", alert.path("for").asString()));
  }

  /** All tests also check that it does not fire otherwise, at every evaluation. */
  @Test
  void everyAlertFiresInATestAtEachOfItsSeverities() throws IOException {
    Map<String, Set<String>> fired = new TreeMap<>();
    for (Path file : AlertsTest.scenarios()) {
      AlertRules.yaml(file)
          .path("tests")
          .valueStream()
          .flatMap(test -> test.path("fires").valueStream())
          .filter(alert -> alert.has("during"))
          .forEach(
              alert ->
                  fired
                      .computeIfAbsent(alert.path("alert").asString(), _ -> new TreeSet<>())
                      .add(alert.at("/labels/severity").asString()));
    }
    assertEquals(severities(), fired);
  }

  @Test
  void thePageListsThem() throws IOException {
    Map<String, Set<String>> rows = new TreeMap<>();
    String page = Files.readString(Path.of("docs/alerts.md"));
    ROW.matcher(page)
        .results()
        .forEach(row -> rows.put(row.group(1), new TreeSet<>(List.of(row.group(2).split(", ")))));
    assertEquals(severities(), rows);
  }

  private Map<String, Set<String>> severities() {
    return rules.alerts().stream()
        .collect(
            Collectors.groupingBy(
                alert -> alert.path("alert").asString(),
                TreeMap::new,
                Collectors.mapping(
                    alert -> alert.at("/labels/severity").asString(),
                    Collectors.toCollection(TreeSet::new))));
  }

  @Test
  void prometheus3TakesThemToo() throws IOException {
    String promtool = System.getenv("DNSONDE_PROMTOOL3");
    assumeTrue(promtool != null, "DNSONDE_PROMTOOL3 names no promtool of Prometheus 3");
    Commands.run(
        promtool, "check", "rules", "--lint=all", "--lint-fatal", AlertRules.FILE.toString());
  }
}
