package io.github.dnsonde.alerts;

import static io.github.dnsonde.alerts.ModelAgent.with;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Makes promtool's unit tests from scenarios and the alerts that they expect. */
final class PromtoolTest {

  private static final String RUNBOOKS =
      "https://github.com/dnsonde/dnsonde/blob/main/alerts/runbooks/";

  private static final Set<String> OF_ALL_AGENTS =
      Set.of("DnsondeAgentAbsent", "DnsondeNoServerInUse");

  private final AlertRules rules;
  private final int major;

  /**
   * Makes tests of these rules.
   *
   * @param major version of Prometheus: in 3, windows are open on the left and hold one sample
   *     less, so values differ a little; the tests have both, that of 2 first
   */
  PromtoolTest(AlertRules rules, int major) {
    this.rules = rules;
    this.major = major;
  }

  /** Writes a file for promtool. */
  static void write(Path file, String evaluation, List<Map<String, Object>> tests)
      throws IOException {
    Files.createDirectories(file.getParent());
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("rule_files", List.of(AlertRules.FILE.toAbsolutePath().toString()));
    content.put("evaluation_interval", evaluation);
    // Otherwise their order is random.
    content.put("group_eval_order", AlertRules.groups());
    content.put("tests", tests);
    Files.writeString(file, YAMLMapper.shared().writeValueAsString(content));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Returns the series that the agents of a scenario export. */
  static List<Map<String, String>> series(Scenario scenario) {
    Samples samples = new Samples(scenario.scrape(), scenario.length());
    Set<String> used = AlertRules.series();
    scenario.nodes().stream()
        .flatMap(node -> agents(scenario, node).stream())
        .forEach(agent -> agent.sample(samples, used));
    return samples.inputSeries();
  }

  private static List<Map<String, String>> series(Scenario scenario, JsonNode test) {
    List<Map<String, String>> all = new ArrayList<>(series(scenario));
    test.path("others").forEach(other -> all.addAll(series(Scenario.read(other))));
    test.path("series")
        .forEachEntry(
            (name, values) -> all.add(Map.of("series", name, "values", values.asString())));
    return all;
  }

  /** The agents of a node, each 20 s after the previous one has ended. */
  private static List<ModelAgent> agents(Scenario scenario, String node) {
    List<ModelAgent> agents = new ArrayList<>();
    double start = -3 * Math.max(scenario.period(), 100);
    List<Scenario.Event> rolled =
        scenario.events().stream()
            .filter(event -> event.concerns("rolled", node))
            .sorted(Comparator.comparingDouble(Scenario.Event::from))
            .toList();
    for (Scenario.Event event : rolled) {
      agents.add(new ModelAgent(scenario, node, agents.size(), start, event.from()));
      start = event.from() + 20;
    }
    agents.add(new ModelAgent(scenario, node, agents.size(), start, scenario.length() + 1));
    return agents;
  }

  /** Makes one test of a file. */
  Map<String, Object> test(JsonNode test) {
    Scenario scenario = Scenario.read(test);
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("interval", Scenario.GRID + "s");
    made.put("input_series", series(scenario, test));
    made.put("alert_rule_test", alerts(test, scenario));
    List<Map<String, Object>> expressions = new ArrayList<>();
    expressions.add(ever(test, scenario));
    test.path("counts").forEach(count -> expressions.add(count(count)));
    made.put("promql_expr_test", expressions);
    return made;
  }

  /** A number of series that match an expression at a time. */
  private static Map<String, Object> count(JsonNode count) {
    return Map.of(
        "expr",
        "count(" + count.path("of").asString() + ") or vector(0)",
        "eval_time",
        (long) Scenario.seconds(count.path("at").asString()) + "s",
        "exp_samples",
        List.of(Map.of("labels", "{}", "value", count.path("is").asInt())));
  }

  /** The alerts that fire at each of the named times; no others may fire then. */
  private List<Map<String, Object>> alerts(JsonNode test, Scenario scenario) {
    TreeSet<Double> times = new TreeSet<>();
    times.add((double) scenario.length());
    test.path("fires").forEach(alert -> times.addAll(firing(alert)));
    test.path("fires").forEach(alert -> times.addAll(silent(alert)));
    List<Map<String, Object>> all = new ArrayList<>();
    for (double time : times) {
      for (String name : rules.alertNames()) {
        List<JsonNode> named =
            test.path("fires")
                .valueStream()
                .filter(a -> a.path("alert").asString().equals(name))
                .toList();
        if (named.stream().allMatch(alert -> known(alert, time))) {
          List<Map<String, Object>> expected =
              named.stream().filter(a -> fires(a, time)).map(this::expected).toList();
          all.add(
              Map.of("eval_time", (long) time + "s", "alertname", name, "exp_alerts", expected));
        }
      }
    }
    return all;
  }

  private static List<Double> firing(JsonNode alert) {
    return times(alert.path("during"));
  }

  private static List<Double> silent(JsonNode alert) {
    return times(alert.path("silent"));
  }

  private static List<Double> times(JsonNode pair) {
    return pair.valueStream().map(time -> Scenario.seconds(time.asString())).toList();
  }

  private static boolean fires(JsonNode alert, double time) {
    List<Double> during = firing(alert);
    return !during.isEmpty() && time >= during.getFirst() && time <= during.getLast();
  }

  private static boolean known(JsonNode alert, double time) {
    return fires(alert, time)
        || time <= silent(alert).getFirst()
        || (silent(alert).size() > 1 && time >= silent(alert).getLast());
  }

  private Map<String, Object> expected(JsonNode alert) {
    String name = alert.path("alert").asString();
    Map<String, String> labels = labels(alert);
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put("summary", rules.summary(name));
    annotations.put("description", description(alert));
    for (String annotation : List.of("cause", "action")) {
      rules
          .optional(annotation, name, labels)
          .ifPresent(text -> annotations.put(annotation, alert.path(annotation).asString(text)));
    }
    annotations.put("runbook_url", RUNBOOKS + name + ".md");
    annotations.put("dashboard_url", board(name, labels));
    return Map.of("exp_labels", labels, "exp_annotations", annotations);
  }

  private String description(JsonNode alert) {
    JsonNode values = alert.path("value");
    String value = (values.isArray() ? values.path(major - 2) : values).asString("");
    return alert.path("description").asString().replace("{value}", value);
  }

  private static Map<String, String> labels(JsonNode alert) {
    Map<String, String> labels = new LinkedHashMap<>();
    alert.path("labels").forEachEntry((label, value) -> labels.put(label, value.asString()));
    return labels.containsKey("source_namespace")
        ? with(labels, "namespace", labels.getOrDefault("source_namespace", ""))
        : labels;
  }

  private static String board(String alert, Map<String, String> labels) {
    if (labels.containsKey("namespace")) {
      return "/d/dnsonde-namespace?var-namespace=" + labels.get("namespace");
    }
    boolean own = labels.containsKey("instance") || OF_ALL_AGENTS.contains(alert);
    return own ? "/d/dnsonde-agent" : "/d/dnsonde-overview";
  }

  /** The alerts that fire at any evaluation. */
  private static Map<String, Object> ever(JsonNode test, Scenario scenario) {
    List<Map<String, Object>> samples =
        test.path("fires")
            .valueStream()
            .map(
                alert ->
                    with(
                        labels(alert),
                        "alertname",
                        alert.path("alert").asString(),
                        "alertstate",
                        "firing"))
            .map(labels -> Samples.name("", labels))
            .distinct()
            .map(labels -> Map.<String, Object>of("labels", labels, "value", 1))
            .toList();
    return Map.of(
        "expr",
        "count_over_time(ALERTS{alertstate=\"firing\"}[1w]) > bool 0",
        "eval_time",
        scenario.length() + "s",
        "exp_samples",
        samples);
  }
}
