package io.github.dnsonde.bench;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dnsonde.bench.AgentPages.Work;
import io.github.dnsonde.testkit.RunningPrometheus;
import io.github.dnsonde.testkit.RunningPrometheus.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** The cost of the alert rules: a real Prometheus scrapes many agents and evaluates the rules. */
@Command(
    name = "rules",
    description = "What the alert rules cost a Prometheus that scrapes many agents.")
final class RulesCommand implements Callable<Integer> {

  private static final Pattern NAME = Pattern.compile("\\bdnsonde_\\w+");
  private static final String FIRING =
      "ALERTS{alertname=\"DnsondeNamespaceCutOff\",alertstate=\"firing\"}";

  @Option(names = "--nodes", description = "Agents. Default: ${DEFAULT-VALUE}.")
  private int nodes = 100;

  @Option(names = "--vantages", description = "Of each agent. Default: ${DEFAULT-VALUE}.")
  private int vantages = 26;

  @Option(
      names = "--core",
      paramLabel = "N",
      description =
          "The work is divided: so many vantages of each agent are core, the others in the"
              + " background. Default: all are core.")
  private Optional<Integer> core = Optional.empty();

  @Option(names = "--namespaces", description = "Of the cluster. Default: ${DEFAULT-VALUE}.")
  private int namespaces = 500;

  @Option(
      names = "--interval",
      description = "Of scrapes and evaluations, seconds. Default: ${DEFAULT-VALUE}.")
  private int interval = 15;

  @Option(
      names = "--rules",
      description = "The rules, to compare others. Default: ${DEFAULT-VALUE}.")
  private Path rules = Path.of("alerts/dnsonde.yaml");

  @Option(
      names = "--rounds",
      description = "Evaluations before it is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds = 8;

  @Option(
      names = "--whole-pages",
      description = "Scrape all of the agents' series, not only those that the rules use.")
  private boolean wholePages;

  @Option(names = "--short", description = "Few agents, a quick interval, no incident.")
  private boolean brief;

  private volatile Optional<Instant> cut = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (brief) {
      nodes = 20;
      interval = 5;
      rounds = 4;
    }
    AgentPages pages =
        new AgentPages(
            new Work(vantages, core.orElse(vantages), namespaces), wholePages ? Set.of() : used());
    HttpServer server = serve(pages);
    try {
      for (String program : programs()) {
        measure(program, server.getAddress().getPort());
      }
    } finally {
      server.stop(0);
    }
    return ExitCode.OK;
  }

  private Set<String> used() throws IOException {
    return NAME.matcher(Files.readString(rules))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Of Prometheus 3, if it is named, and of the system. */
  private static List<String> programs() {
    return Stream.of(
            Optional.ofNullable(System.getenv("DNSONDE_PROMETHEUS3")), Optional.of("prometheus"))
        .flatMap(Optional::stream)
        .toList();
  }

  private HttpServer serve(AgentPages pages) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", exchange -> answer(exchange, pages));
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange, AgentPages pages) throws IOException {
    int node = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
    byte[] page =
        pages
            .page(node, cut.map(since -> Duration.between(since, Instant.now())))
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  private void measure(String program, int port) throws IOException, InterruptedException {
    cut = Optional.empty();
    Path folder = Files.createTempDirectory("bench-rules");
    try {
      scrape(folder, port);
      List<Rule> evaluated;
      try (RunningPrometheus watched = RunningPrometheus.start(program, folder, Map.of())) {
        System.out.printf(
            "%n%s, %d nodes x %d vantages%s, every %d s%n%n",
            version(program),
            nodes,
            vantages,
            core.map(" (%d core)"::formatted).orElse(""),
            interval);
        report("steady", watched, rounds);
        if (!brief) {
          incident(watched);
        }
        evaluated = watched.rules();
      }
      alone(program, folder, evaluated, Instant.now());
    } finally {
      delete(folder);
    }
  }

  /**
   * The processor time of each group, measured apart on the same data: nobody scrapes, one
   * processor, one rule after the other. On a shared machine, this is the figure to compare.
   */
  private static void alone(String program, Path folder, List<Rule> evaluated, Instant at)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("prometheus.yaml"), "global: {}\n");
    Map<Rule, Duration> least = new LinkedHashMap<>();
    try (RunningPrometheus quiet =
        RunningPrometheus.start(program, folder, Map.of("GOMAXPROCS", "1"))) {
      for (int round = 0; round < 3; round++) {
        for (Rule rule : evaluated) {
          Duration before = quiet.processorTime();
          quiet.query("count(" + rule.expression() + ")", at);
          least.merge(rule, quiet.processorTime().minus(before), RulesCommand::lesser);
        }
      }
    }
    System.out.printf(
        "%n| group (alone) | processor time, ms | its dearest rules, ms |%n|---|--:|---|%n");
    evaluated.stream()
        .map(Rule::group)
        .distinct()
        .forEach(group -> System.out.println(row(group, least)));
    System.out.printf("| all | %.0f | |%n", millis(least.values()));
  }

  private static String row(String group, Map<Rule, Duration> least) {
    List<Map.Entry<Rule, Duration>> dearest =
        least.entrySet().stream()
            .filter(rule -> rule.getKey().group().equals(group))
            .sorted(Map.Entry.<Rule, Duration>comparingByValue().reversed())
            .toList();
    return "| %s | %.0f | %s |"
        .formatted(
            group,
            millis(dearest.stream().map(Map.Entry::getValue).toList()),
            dearest.stream()
                .limit(4)
                .map(rule -> "`%s` %d".formatted(rule.getKey().name(), rule.getValue().toMillis()))
                .collect(Collectors.joining(", ")));
  }

  private static Duration lesser(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static double millis(Collection<Duration> times) {
    return times.stream().mapToDouble(time -> time.toNanos() / 1e6).sum();
  }

  private void incident(RunningPrometheus watched) throws IOException, InterruptedException {
    Instant since = Instant.now();
    cut = Optional.of(since);
    Optional<Duration> after = Optional.empty();
    while (after.isEmpty() && Duration.between(since, Instant.now()).toMinutes() < 5) {
      Thread.sleep(1_000); // a query is the only way to learn of an alert
      if (!watched.query(FIRING).isEmpty()) {
        after = Optional.of(Duration.between(since, Instant.now()));
      }
    }
    System.out.printf(
        "%ncut at %s: DnsondeNamespaceCutOff fires %s%n%n",
        since,
        after.map(time -> "after " + time.toSeconds() + " s").orElse("not within 5 minutes"));
    report("incident", watched, Math.max(2, rounds / 2));
  }

  private void report(String name, RunningPrometheus watched, int evaluations)
      throws IOException, InterruptedException {
    Thread.sleep(interval * 1_000L * evaluations / 2);
    Duration before = watched.processorTime();
    Instant began = Instant.now();
    Map<String, List<Double>> durations = new LinkedHashMap<>();
    for (int round = 0; round < evaluations - evaluations / 2; round++) {
      Thread.sleep(interval * 1_000L);
      watched
          .groupMetric("prometheus_rule_group_last_duration_seconds")
          .forEach(
              (group, seconds) ->
                  durations.computeIfAbsent(group, _ -> new ArrayList<>()).add(seconds));
    }
    double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
    double cpu = watched.processorTime().minus(before).toNanos() / 1e9 / seconds * interval;
    System.out.printf("| group (%s) | evaluation, s (median) | missed |%n|---|--:|--:|%n", name);
    Map<String, Double> missed =
        watched.groupMetric("prometheus_rule_group_iterations_missed_total");
    double all = 0;
    for (Map.Entry<String, List<Double>> group : durations.entrySet()) {
      double median = RivalRuns.median(group.getValue());
      all += median;
      System.out.printf(
          "| %s | %.3f | %.0f |%n",
          group.getKey(), median, missed.getOrDefault(group.getKey(), 0.0));
    }
    System.out.printf("| all | %.3f | |%n%n", all);
    System.out.printf(
        "processor time per interval %.2f s, head series %,.0f, resident %,.0f MiB%n",
        cpu,
        watched.ownMetric("prometheus_tsdb_head_series"),
        watched.ownMetric("process_resident_memory_bytes") / (1 << 20));
  }

  private void scrape(Path folder, int port) throws IOException {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (int node = 0; node < nodes; node++) {
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("__metrics_path__", "/" + node);
      labels.put("node", "node-" + node);
      labels.put("instance", "10.244." + node / 250 + "." + node % 250 + ":9053");
      labels.put("namespace", "dnsonde");
      labels.put("cluster", "bench");
      groups.add(Map.of("targets", List.of("127.0.0.1:" + port), "labels", labels));
    }
    Path targets = folder.resolve("targets.json");
    Files.writeString(targets, new Gson().toJson(groups));
    String config =
        """
        global: {scrape_interval: %1$ds, scrape_timeout: %1$ds, evaluation_interval: %1$ds}
        rule_files: ["%2$s"]
        scrape_configs:
          - job_name: dnsonde
            file_sd_configs: [{files: ["%3$s"]}]
        """
            .formatted(interval, rules.toAbsolutePath(), targets);
    Files.writeString(folder.resolve("prometheus.yaml"), config);
  }

  private static String version(String program) throws IOException {
    Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .findFirst()
        .orElse(program);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
