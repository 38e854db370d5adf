package io.github.dnsonde.alerts;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.metrics.ClusterStatus;
import io.github.dnsonde.metrics.Detail;
import io.github.dnsonde.metrics.Histograms;
import io.github.dnsonde.metrics.Metrics;
import io.github.dnsonde.metrics.ScrapedSeries;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * An agent as Prometheus sees it: it queries by its own clock, and is scraped now and then. The
 * product's own code writes the pages, from outcomes that the scenario's faults determine.
 *
 * @param generation the number of agents that ran on the node before; each has an address
 * @param start seconds
 * @param end seconds
 */
record ModelAgent(Scenario scenario, String node, int generation, double start, double end) {

  private static final Duration RETENTION = Duration.ofMinutes(2);
  private static final List<String> NAMES =
      List.of("kubernetes.default.svc.cluster.local.", "example.com.");

  /** Adds everything that is scraped from it and has one of these names. */
  void sample(Samples samples, Set<String> wanted) {
    ModelTicker ticker = new ModelTicker(start, scenario.skew());
    List<ModelProbe> probes = probes();
    List<ModelProbe.Ended> queries =
        probes.stream()
            .flatMap(probe -> probe.queries(start, Math.min(end, idleFrom())).stream())
            .sorted(Comparator.comparingDouble(ModelProbe.Ended::at))
            .toList();
    try (Metrics metrics = new Metrics(options(), ticker)) {
      metrics.cluster(cluster(ticker));
      metrics.interval(intervals());
      StreakFold streaks = new StreakFold();
      int next = 0;
      Plan plan = Plan.EMPTY;
      for (double at : scrapes()) {
        for (; next < queries.size() && queries.get(next).at() <= at; next++) {
          ticker.set(queries.get(next).at());
          streaks.to(metrics::outcome, queries.get(next).outcome());
        }
        ticker.set(at);
        Plan wantedPlan = plan(probes, at);
        if (!wantedPlan.equals(plan)) {
          plan = wantedPlan;
          metrics.plan(plan);
        }
        metrics.expect(new ExpectedSilence(expected(at), Set.of()));
        metrics.owners(owners(at));
        metrics.sweep();
        metrics.findings(findings(at), true);
        metrics.configReloaded(!happens("misconfigured", node, at), ticker.now());
        if (happens("starved", node, at)) {
          metrics.starved(Duration.ofMillis(scenario.scrape() * 200L));
        }
        scrape(samples, wanted, metrics, (int) at);
      }
    }
  }

  /** The times of scrapes. The agent also looks for changes then, often enough for a model. */
  private double[] scrapes() {
    double first =
        scenario.phase()
            + Math.ceil((start - scenario.phase()) / scenario.scrape()) * scenario.scrape();
    return DoubleStream.concat(
            DoubleStream.of(start),
            DoubleStream.iterate(
                first, at -> at < end && at <= scenario.length(), at -> at + scenario.scrape()))
        .distinct()
        .toArray();
  }

  private void scrape(Samples samples, Set<String> wanted, Metrics metrics, int at) {
    if (at < 0
        || Math.floorMod(at - scenario.phase(), scenario.scrape()) != 0
        || happens("gone", node, at)) {
      return;
    }
    boolean answers = !happens("unreachable", node, at);
    put(samples, "up", Map.of(), at, answers ? 1 : 0);
    if (answers) {
      ScrapedSeries.of(metrics).stream()
          .filter(series -> wanted.contains(series.name()))
          .forEach(series -> put(samples, series.name(), series.labels(), at, series.value()));
    }
  }

  /** Adds a sample for each Prometheus whose series are in the same storage. */
  private void put(Samples samples, String name, Map<String, String> labels, int at, double value) {
    Map<String, String> all = new LinkedHashMap<>(scrapeLabels());
    all.putAll(labels);
    if (scenario.replicas() == 1) {
      samples.put(name, all, at, value);
      return;
    }
    for (int replica = 0; replica < scenario.replicas(); replica++) {
      samples.put(name, with(all, "prometheus_replica", "prometheus-" + replica), at, value);
    }
  }

  private Metrics.Options options() {
    return new Metrics.Options("0.1.0", node, "node", Histograms.NATIVE, Detail.CORE, RETENTION);
  }

  private ClusterStatus cluster(ModelTicker ticker) {
    return new ClusterStatus(
        () -> scenario.workloads().size(),
        () -> heard(ticker),
        Map::of,
        () -> Map.of("pods", true, "discovery", !happens("forbidden", node, seconds(ticker))),
        Map::of);
  }

  /** Of {@code namespace=owner} on nodes that match, as this agent knows them. */
  private NamespaceOwners owners(double at) {
    Map<String, String> owners = new HashMap<>();
    scenario.events().stream()
        .filter(event -> event.kind().equals("owned") && at >= event.from() && at < event.to())
        .filter(event -> event.on().matcher(node).matches())
        .forEach(
            event ->
                scenario.workloads().keySet().stream()
                    .filter(namespace -> event.of().matcher(namespace).matches())
                    .forEach(namespace -> owners.put(namespace, event.by())));
    return new NamespaceOwners(owners);
  }

  private Set<String> expected(double at) {
    return scenario.workloads().keySet().stream()
        .filter(namespace -> happens("expected", namespace, at))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The findings: an agent knows the cause of an outage some time after it began. */
  private List<Finding> findings(double at) {
    return scenario.workloads().keySet().stream()
        .filter(namespace -> happens("explained", namespace, at))
        .map(namespace -> finding(namespace, at))
        .toList();
  }

  private static Finding finding(String namespace, double at) {
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of(namespace), List.of(), List.of("kube-dns"), List.of(Transport.values())),
        Finding.Confidence.LIKELY,
        Instant.ofEpochSecond((long) at),
        "",
        List.of(),
        List.of(namespace + "/default-deny"),
        Optional.empty());
  }

  private Optional<Instant> heard(ModelTicker ticker) {
    double now = seconds(ticker);
    return happens("forbidden", node, now)
        ? Optional.empty()
        : Optional.of(ticker.now().minusMillis((long) (since("forgotten", now) * 1000)));
  }

  private static double seconds(ModelTicker ticker) {
    return ticker.nanos() / 1e9;
  }

  private Map<String, Duration> intervals() {
    Map<String, Duration> intervals = new LinkedHashMap<>();
    scenario
        .workloads()
        .keySet()
        .forEach(ns -> intervals.put(ns, Duration.ofSeconds((long) scenario.period())));
    return intervals;
  }

  private List<ModelProbe> probes() {
    List<ModelProbe> probes = new ArrayList<>();
    scenario
        .workloads()
        .forEach(
            (namespace, workloads) ->
                workloads.forEach(
                    workload ->
                        scenario
                            .servers()
                            .forEach(
                                (server, inUse) ->
                                    probes.addAll(probes(namespace, workload, server, inUse)))));
    return probes;
  }

  private List<ModelProbe> probes(String namespace, String workload, String server, boolean inUse) {
    Vantage vantage = new Vantage(namespace, workload, workload + "-0", node, Vantage.ANY);
    Server asked = new Server(server, InetAddress.ofLiteral(address(server)), 53);
    List<ModelProbe> probes = new ArrayList<>();
    for (Transport transport : Transport.values()) {
      for (String name : NAMES) {
        Scope scope = Scope.of(name);
        Question question =
            new Question(name, RecordType.A, transport, scope, Expectation.ANY_RECORD);
        Map<String, String> labels =
            with(
                scrapeLabels(),
                "source_namespace",
                namespace,
                "source_workload",
                workload,
                "server",
                server,
                "transport",
                transport.label(),
                "scope",
                scope.label(),
                "in_use",
                Boolean.toString(inUse));
        probes.add(new ModelProbe(scenario, labels, new Probe(vantage, asked, question, inUse)));
      }
    }
    return probes;
  }

  private static String address(String server) {
    return "10.96.0." + Math.floorMod(server.hashCode(), 250);
  }

  private Plan plan(List<ModelProbe> probes, double at) {
    if (happens("blinded", node, at)) {
      return new Plan(
          List.of(),
          scenario.workloads().keySet().stream()
              .map(namespace -> SampleOutcomes.outcast(namespace, VantageStatus.NO_NETWORK))
              .toList());
    }
    return new Plan(
        probes.stream()
            .map(ModelProbe::probe)
            .filter(probe -> !happens("vanished", probe.vantage().namespace(), at))
            .filter(probe -> !happens("unscheduled", probe.vantage().namespace() + "@" + node, at))
            .toList());
  }

  /** Returns how long that has lasted, seconds. */
  private double since(String kind, double at) {
    return scenario.events().stream()
        .filter(event -> event.concerns(kind, node))
        .mapToDouble(event -> at < event.to() ? Math.max(0, at - event.from()) : 0)
        .sum();
  }

  private boolean happens(String kind, String whom, double at) {
    return scenario.events().stream()
        .anyMatch(event -> event.concerns(kind, whom) && at >= event.from() && at < event.to());
  }

  private double idleFrom() {
    return scenario.events().stream()
        .filter(event -> event.concerns("idle", node) || event.concerns("blinded", node))
        .mapToDouble(Scenario.Event::from)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private Map<String, String> scrapeLabels() {
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

  /** Returns the same labels and some more, given as names and values in turn. */
  static Map<String, String> with(Map<String, String> labels, String... more) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }
}
