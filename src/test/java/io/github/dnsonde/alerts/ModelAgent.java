package io.github.dnsonde.alerts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An agent as Prometheus sees it: asks by its own clock, counts, and is scraped now and then.
 *
 * @param generation how many agents ran on the node before; each has a name and an address
 * @param start seconds
 * @param end seconds
 */
record ModelAgent(Scenario scenario, String node, int generation, double start, double end) {

  private static final List<String> TRANSPORTS = List.of("udp", "tcp");
  private static final List<String> SCOPES = List.of("internal", "external");

  /** Everything that is scraped of it. */
  void sample(Samples samples) {
    for (int at : scrapes()) {
      boolean answers = !befallen("unreachable", node, at);
      samples.put("up", scrape(), at, answers ? 1 : 0);
      if (answers) {
        samples.put(
            "dnsonde_agent_info",
            with(scrape(), "agent_node", node, "mode", "node", "version", "0.1.0"),
            at,
            1);
        health(samples, at);
      }
    }
    scenario.workloads().forEach((namespace, names) -> namespace(samples, namespace, names));
  }

  private void health(Samples samples, int at) {
    samples.put("dnsonde_vantages", scrape(), at, scenario.workloads().size());
    samples.put(
        "dnsonde_config_last_reload_successful",
        scrape(),
        at,
        befallen("misconfigured", node, at) ? 0 : 1);
    samples.put("dnsonde_schedule_starved_seconds_total", scrape(), at, since("starved", at) * 0.2);
    samples.put(
        "dnsonde_kube_last_sync_timestamp_seconds", scrape(), at, at - since("forgotten", at));
  }

  /** For how long that has befallen it, seconds. */
  private double since(String kind, double at) {
    return scenario.events().stream()
        .filter(event -> event.kind().equals(kind) && event.of().equals(node))
        .mapToDouble(event -> at < event.to() ? Math.max(0, at - event.from()) : 0)
        .sum();
  }

  private List<Integer> scrapes() {
    return IntStream.iterate(
            scenario.phase(), at -> at <= scenario.length(), at -> at + scenario.scrape())
        .filter(at -> at >= start && at < end && !befallen("gone", node, at))
        .boxed()
        .toList();
  }

  private boolean befallen(String kind, String whom, double at) {
    return scenario.events().stream()
        .anyMatch(
            event ->
                event.kind().equals(kind)
                    && event.of().equals(whom)
                    && at >= event.from()
                    && at < event.to());
  }

  private Map<String, String> scrape() {
    String address = "10.244." + Math.floorMod(node.hashCode(), 200) + "." + (10 + generation);
    Map<String, String> labels =
        with(
            Map.of(),
            "job",
            "dnsonde/dnsonde",
            "instance",
            address + ":9053",
            "namespace",
            "dnsonde",
            "pod",
            "dnsonde-" + node + "-" + generation,
            "container",
            "agent",
            "endpoint",
            "metrics",
            "node",
            node);
    return scenario.cluster().isEmpty() ? labels : with(labels, "cluster", scenario.cluster());
  }

  private void namespace(Samples samples, String namespace, List<String> workloads) {
    List<Integer> scrapes =
        scrapes().stream()
            .filter(at -> !befallen("unreachable", node, at))
            .filter(at -> !befallen("vanished", namespace, at))
            .toList();
    Map<String, String> labels = with(scrape(), "source_namespace", namespace);
    scrapes.forEach(
        at -> samples.put("dnsonde_probe_interval_seconds", labels, at, scenario.period()));
    for (String workload : workloads) {
      Map<String, String> of = with(labels, "source_workload", workload);
      Map<String, String> pod = with(of, "source_pod", workload + "-0");
      scrapes.forEach(at -> samples.put("dnsonde_vantage_info", pod, at, 1));
      for (Map.Entry<String, Boolean> server : scenario.servers().entrySet()) {
        for (String transport : TRANSPORTS) {
          path(
              samples,
              scrapes,
              with(of, "server", server.getKey(), "transport", transport),
              server.getValue());
        }
      }
    }
  }

  private void path(
      Samples samples, List<Integer> scrapes, Map<String, String> labels, boolean inUse) {
    List<ModelProbe> probes = new ArrayList<>();
    for (String scope : SCOPES) {
      Map<String, String> own = with(labels, "scope", scope, "in_use", Boolean.toString(inUse));
      probes.add(new ModelProbe(scenario, own, start, Math.min(end, idleFrom())));
    }
    for (int at : scrapes) {
      probes.forEach(probe -> probe.sample(samples, at));
      probes.stream()
          .mapToDouble(probe -> probe.lastSuccess(at))
          .filter(Double::isFinite)
          .max()
          .ifPresent(
              last ->
                  samples.put("dnsonde_probe_last_success_timestamp_seconds", labels, at, last));
    }
  }

  private double idleFrom() {
    return scenario.events().stream()
        .filter(event -> event.kind().equals("idle") && event.of().equals(node))
        .mapToDouble(Scenario.Event::from)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** The same labels and some more, as names and values by turns. */
  static Map<String, String> with(Map<String, String> labels, String... more) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }
}
