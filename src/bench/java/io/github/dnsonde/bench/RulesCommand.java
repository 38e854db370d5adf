package io.github.dnsonde.bench;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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

  private static final Path RULES = Path.of("alerts/dnsonde.yaml");
  private static final Pattern NAME = Pattern.compile("\\bdnsonde_\\w+");
  private static final Pattern GROUP = Pattern.compile("rule_group=\"[^;]*;([\\w-]+)\"} (\\S+)");
  private static final String FIRING =
      "ALERTS{alertname=\"DnsondeNamespaceCutOff\",alertstate=\"firing\"}";

  @Option(names = "--nodes", description = "Agents. Default: ${DEFAULT-VALUE}.")
  private int nodes = 100;

  @Option(names = "--vantages", description = "Of each agent. Default: ${DEFAULT-VALUE}.")
  private int vantages = 26;

  @Option(names = "--namespaces", description = "Of the cluster. Default: ${DEFAULT-VALUE}.")
  private int namespaces = 500;

  @Option(
      names = "--interval",
      description = "Of scrapes and evaluations, seconds. Default: ${DEFAULT-VALUE}.")
  private int interval = 15;

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
    AgentPages pages = new AgentPages(vantages, namespaces, wholePages ? Set.of() : used());
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

  private static Set<String> used() throws IOException {
    return NAME.matcher(Files.readString(RULES))
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
    int own = freePort();
    Files.writeString(folder.resolve("prometheus.yaml"), config(folder, port));
    Process process =
        new ProcessBuilder(
                program,
                "--config.file=" + folder.resolve("prometheus.yaml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + own)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      Watched watched = new Watched(URI.create("http://127.0.0.1:" + own));
      watched.ready();
      System.out.printf(
          "%n%s, %d nodes x %d vantages, every %d s%n%n",
          version(program), nodes, vantages, interval);
      report("steady", watched, rounds);
      if (!brief) {
        incident(watched);
      }
    } finally {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      delete(folder);
    }
  }

  private void incident(Watched watched) throws IOException, InterruptedException {
    Instant since = Instant.now();
    cut = Optional.of(since);
    Optional<Duration> after = Optional.empty();
    while (after.isEmpty() && Duration.between(since, Instant.now()).toMinutes() < 5) {
      Thread.sleep(1_000); // a query is the only way to learn of an alert
      if (watched.has(FIRING)) {
        after = Optional.of(Duration.between(since, Instant.now()));
      }
    }
    System.out.printf(
        "%ncut at %s: DnsondeNamespaceCutOff fires %s%n%n",
        since,
        after.map(time -> "after " + time.toSeconds() + " s").orElse("not within 5 minutes"));
    report("incident", watched, Math.max(2, rounds / 2));
  }

  private void report(String name, Watched watched, int evaluations)
      throws IOException, InterruptedException {
    Thread.sleep(interval * 1_000L * evaluations / 2);
    double before = watched.value("process_cpu_seconds_total");
    Instant began = Instant.now();
    Thread.sleep(interval * 1_000L * (evaluations - evaluations / 2));
    double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
    double cpu = (watched.value("process_cpu_seconds_total") - before) / seconds * interval;
    System.out.printf("| group (%s) | last evaluation, s | missed |%n|---|--:|--:|%n", name);
    Map<String, Double> missed = watched.groups("prometheus_rule_group_iterations_missed_total");
    double all = 0;
    for (Map.Entry<String, Double> group :
        watched.groups("prometheus_rule_group_last_duration_seconds").entrySet()) {
      all += group.getValue();
      System.out.printf(
          "| %s | %.3f | %.0f |%n",
          group.getKey(), group.getValue(), missed.getOrDefault(group.getKey(), 0.0));
    }
    System.out.printf("| all | %.3f | |%n%n", all);
    System.out.printf(
        "processor time per interval %.2f s, head series %,.0f, resident %,.0f MiB%n",
        cpu,
        watched.value("prometheus_tsdb_head_series"),
        watched.value("process_resident_memory_bytes") / (1 << 20));
  }

  private String config(Path folder, int port) throws IOException {
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
    return """
    global: {scrape_interval: %1$ds, scrape_timeout: %1$ds, evaluation_interval: %1$ds}
    rule_files: ["%2$s"]
    scrape_configs:
      - job_name: dnsonde
        file_sd_configs: [{files: ["%3$s"]}]
    """
        .formatted(interval, RULES.toAbsolutePath(), targets);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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

  /** A Prometheus, and what it says about itself. */
  private record Watched(URI url) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    void ready() throws IOException, InterruptedException {
      for (int tries = 0; ; tries++) {
        try {
          get("/-/ready");
          return;
        } catch (IOException notYet) {
          if (tries > 300) {
            throw notYet;
          }
          Thread.sleep(100); // a starting program has nothing to notify us by
        }
      }
    }

    boolean has(String query) throws IOException, InterruptedException {
      JsonObject answer =
          JsonParser.parseString(
                  get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)))
              .getAsJsonObject();
      JsonArray found = answer.getAsJsonObject("data").getAsJsonArray("result");
      return !found.isEmpty();
    }

    double value(String name) throws IOException, InterruptedException {
      return get("/metrics")
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .sum();
    }

    Map<String, Double> groups(String name) throws IOException, InterruptedException {
      Map<String, Double> groups = new LinkedHashMap<>();
      get("/metrics")
          .lines()
          .filter(line -> line.startsWith(name + "{"))
          .flatMap(line -> GROUP.matcher(line).results())
          .forEach(found -> groups.put(found.group(1), Double.parseDouble(found.group(2))));
      return groups;
    }

    private String get(String path) throws IOException, InterruptedException {
      HttpResponse<String> response =
          CLIENT.send(
              HttpRequest.newBuilder(url.resolve(path)).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(path + ": " + response.statusCode());
      }
      return response.body();
    }
  }
}
