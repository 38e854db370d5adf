package io.github.dnsonde.alerts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * A cluster and its faults. Times are seconds; all agents have been running since long before 0.
 *
 * @param workloads by namespace
 * @param servers whether they are in use
 * @param period from one query of a probe to the next
 * @param whenFailing the period while it fails
 * @param scrape from one scrape to the next
 * @param phase of the first scrape
 * @param length when it ends
 * @param policies times of policy changes that agents notice, by namespace
 * @param events events of agents and pods
 * @param skew how far the clocks of the nodes are ahead of that of Prometheus
 * @param replicas Prometheus servers whose series are in the same storage
 * @param periods those of single workloads, if different
 */
record Scenario(
    String cluster,
    List<String> nodes,
    Map<String, List<String>> workloads,
    Map<String, Boolean> servers,
    double period,
    double whenFailing,
    int scrape,
    int phase,
    int length,
    List<Fault> faults,
    Map<String, Double> policies,
    List<Event> events,
    Duration skew,
    int replicas,
    Map<String, Double> periods) {

  /** Seconds between two possible scrapes. */
  static final int GRID = 5;

  /**
   * Something that happens to an agent or to a namespace's pods from then on, or until.
   *
   * @param kind for agents {@code rolled}, {@code unreachable}, {@code gone}, {@code
   *     misconfigured}, {@code starved}, {@code forgotten} by the API server, {@code forbidden} to
   *     list something, {@code blinded} (no pod can be a vantage), {@code idle}; for the pods of a
   *     namespace {@code vanished}, {@code expected} to get no response, {@code owned} by somebody
   *     as the agents on some nodes know, {@code explained} by a finding, {@code unscheduled} (from
   *     a node: {@code namespace@node})
   * @param of pattern of the nodes or namespaces
   */
  record Event(String kind, Pattern of, double from, double to, Pattern on, String by) {
    static Event read(JsonNode event) {
      String kind = event.propertyNames().iterator().next();
      return new Event(
          kind,
          Pattern.compile(event.path(kind).asString()),
          seconds(event.path("from").asString()),
          seconds(event.path("to").asString("24h")),
          Pattern.compile(event.path("on").asString(".*")),
          event.path("by").asString(""));
    }

    boolean concerns(String what, String whom) {
      return kind.equals(what) && of.matcher(whom).matches();
    }
  }

  static Scenario read(JsonNode test) {
    double period = seconds(test.path("period").asString("10s"));
    Map<String, Double> policies = new LinkedHashMap<>();
    test.path("policies").forEachEntry((ns, at) -> policies.put(ns, seconds(at.asString())));
    List<Fault> faults = new ArrayList<>();
    test.path("faults").forEach(fault -> faults.add(Fault.read(fault)));
    List<Event> events = new ArrayList<>();
    test.path("events").forEach(event -> events.add(Event.read(event)));
    return new Scenario(
        test.path("cluster").asString(""),
        nodes(test.path("nodes")),
        workloads(test.path("namespaces")),
        servers(test.path("servers")),
        period,
        seconds(test.path("when-failing").asString(test.path("period").asString("10s"))),
        (int) seconds(test.path("scrape").asString("15s")),
        0,
        (int) seconds(test.path("length").asString("30m")),
        faults,
        policies,
        events,
        Duration.ofSeconds((long) seconds(test.path("skew").asString("0s"))),
        test.path("replicas").asInt(1),
        periods(test.path("periods")));
  }

  /** Names, or how many. */
  private static List<String> nodes(JsonNode nodes) {
    if (nodes.isInt()) {
      return IntStream.range(0, nodes.asInt()).mapToObj(number -> "n" + number).toList();
    }
    return nodes.isMissingNode() ? List.of("node-a") : words(nodes);
  }

  private static Map<String, List<String>> workloads(JsonNode namespaces) {
    if (namespaces.isMissingNode()) {
      return Map.of(
          "payments", List.of("web"), "shop", List.of("web"), "analytics", List.of("web"));
    }
    Map<String, List<String>> workloads = new LinkedHashMap<>();
    namespaces.forEachEntry((namespace, each) -> workloads.put(namespace, words(each)));
    return workloads;
  }

  private static Map<String, Double> periods(JsonNode test) {
    Map<String, Double> periods = new LinkedHashMap<>();
    test.forEachEntry((workload, period) -> periods.put(workload, seconds(period.asString())));
    return periods;
  }

  /** The time from one query of a probe with these labels to the next. */
  double period(Map<String, String> labels) {
    return periods.getOrDefault(labels.getOrDefault("source_workload", ""), period);
  }

  private static Map<String, Boolean> servers(JsonNode servers) {
    if (servers.isMissingNode()) {
      return Map.of("kube-dns", true, "node-local-dns", true);
    }
    Map<String, Boolean> inUse = new LinkedHashMap<>();
    servers.forEachEntry((server, used) -> inUse.put(server, used.asBoolean()));
    return inUse;
  }

  private static List<String> words(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  /** As in {@code 1h30m} or {@code 7.5s}. */
  static double seconds(String duration) {
    return Duration.parse(("PT" + duration.toUpperCase(Locale.ROOT)).replace("PT-", "-PT"))
            .toMillis()
        / 1000.0;
  }
}
