package io.github.dnsonde.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.dnsonde.metrics.Histograms;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * The time that each panel's queries take on a Prometheus that has scraped many agents for hours.
 */
@Command(
    name = "boards",
    description = "How long a Prometheus with many agents takes for each panel of the dashboards.")
final class BoardsCommand implements Callable<Integer> {

  private static final Path RULES = Path.of("alerts/dnsonde.yaml");
  private static final List<String> BOARDS = List.of("overview", "namespace", "agent");
  private static final Pattern METRIC = Pattern.compile("\\b[a-z]+(?:[:_][a-z0-9_]+)+\\b");
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration RECENT = Duration.ofMinutes(6);
  private static final Duration LEAST_RECORDING = Duration.ofSeconds(100);
  private static final Duration MOST_RECORDING = Duration.ofMinutes(3);

  @Option(names = "--nodes", description = "Agents. Default: ${DEFAULT-VALUE}.")
  private int nodes = 1_000;

  @Option(names = "--vantages", description = "Of each agent. Default: ${DEFAULT-VALUE}.")
  private int vantages = 26;

  @Option(names = "--namespaces", description = "Of the cluster. Default: ${DEFAULT-VALUE}.")
  private int namespaces = 500;

  @Option(names = "--hours", description = "Of samples. Default: ${DEFAULT-VALUE}.")
  private int hours = 6;

  @Option(
      names = "--interval",
      description = "Of scrapes and evaluations, seconds. Default: ${DEFAULT-VALUE}.")
  private int interval = 60;

  @Option(names = "--short", description = "Few agents.")
  private boolean brief;

  @Option(
      names = "--hold",
      description =
          "Afterwards let Prometheus run until a line is read, so that pictures can be drawn.")
  private boolean hold;

  @Option(
      names = "--url",
      description = "Measure a Prometheus that runs already, for the last --hours or until --to.")
  private Optional<URI> url = Optional.empty();

  @Option(names = "--to", description = "The end of the time shown with --url. Default: now.")
  private Optional<Instant> to = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (url.isPresent()) {
      try (QueriedPrometheus prometheus = QueriedPrometheus.at(url.get())) {
        return exit(report(prometheus, view(to.orElseGet(Instant::now))));
      }
    }
    if (brief) {
      nodes = 20;
    }
    Path folder = Files.createTempDirectory("bench-boards");
    try {
      return measure(folder);
    } finally {
      delete(folder);
    }
  }

  private int measure(Path folder) throws IOException, InterruptedException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Instant began = Instant.now();
    Instant end = began.truncatedTo(ChronoUnit.SECONDS);
    Instant from = end.minus(Duration.ofHours(hours));
    Instant cut = end.minus(Duration.ofMinutes(45));
    String promtool = Optional.ofNullable(System.getenv("DNSONDE_PROMTOOL3")).orElse("promtool");
    String program = Optional.ofNullable(System.getenv("DNSONDE_PROMETHEUS3")).orElse("prometheus");

    AgentPages pages =
        new AgentPages(AgentPages.Work.undivided(vantages, namespaces), used(), Histograms.CLASSIC);
    SampleHistory history = new SampleHistory(promtool, data, cut);
    history.add(sink -> scraped(pages, true, sink), from, end, scrape());
    history.add(sink -> scraped(pages, false, sink), end.minus(RECENT), end, scrape());
    say(began, "%,d samples of agents".formatted(history.write()));

    SampleHistory recorded = new SampleHistory(promtool, data, cut);
    List<Recorded> records = record(program, folder);
    recorded.add(sink -> recorded(records, sink), from, end, scrape());
    say(began, "%,d samples of %,d recorded series".formatted(recorded.write(), records.size()));

    try (QueriedPrometheus prometheus = QueriedPrometheus.start(program, folder, "global: {}\n")) {
      boolean slow = report(prometheus, view(end));
      say(began, "measured");
      if (hold) {
        System.out.printf("%s until %s; press Enter to end%n", prometheus.url(), end);
        System.in.read();
      }
      return exit(slow);
    }
  }

  private static int exit(boolean slow) {
    return slow ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private BoardQuery.View view(Instant end) {
    return new BoardQuery.View(end.minus(Duration.ofHours(hours)), end, scrape(), Map.of());
  }

  private Duration scrape() {
    return Duration.ofSeconds(interval);
  }

  private static void say(Instant began, String what) {
    System.err.printf("%d s: %s%n", Duration.between(began, Instant.now()).toSeconds(), what);
  }

  /** The names that dashboards and rules use. */
  private static Set<String> used() throws IOException {
    Set<String> names = new LinkedHashSet<>();
    for (Path file :
        Stream.concat(
                Stream.of(RULES),
                BOARDS.stream().map(board -> Path.of("dashboards", board + ".json")))
            .toList()) {
      METRIC.matcher(Files.readString(file)).results().forEach(name -> names.add(name.group()));
    }
    return names;
  }

  /**
   * Writes what the agents export: whole hours of what is about a node or about the one namespace
   * that is on every node. Of other namespaces it writes the last minutes, without the buckets of
   * durations: DashboardLintTest checks that no panel of a whole cluster ranges over all paths.
   */
  private void scraped(AgentPages pages, boolean hoursOfIt, SampleHistory.Sink sink)
      throws IOException {
    for (int node = 0; node < nodes; node++) {
      String more =
          "cluster=\"bench\",job=\"dnsonde\",namespace=\"dnsonde\",node=\"node-%d\",instance=\"10.244.%d.%d:9053\""
              .formatted(node, node / 250, node % 250);
      if (hoursOfIt) {
        sink.add("up{" + more + "}", "1", "1");
        sink.add("scrape_samples_scraped{" + more + "}", "1200", "1200");
        sink.add(finding(more), "", "1");
      }
      List<String> healthy = pages.page(node, Optional.empty()).lines().toList();
      List<String> failing = pages.page(node, Optional.of(Duration.ofMinutes(2))).lines().toList();
      for (int i = 0; i < healthy.size(); i++) {
        String line = healthy.get(i);
        boolean whole =
            !line.contains("source_namespace=\"")
                || line.contains("source_namespace=\"" + AgentPages.CUT_OFF + "\"");
        boolean wanted = whole ? hoursOfIt : !hoursOfIt && !line.contains("_bucket{");
        if (wanted) {
          int space = line.lastIndexOf(' ');
          sink.add(
              labelled(line.substring(0, space), more),
              line.substring(space + 1),
              failing.get(i).substring(failing.get(i).lastIndexOf(' ') + 1));
        }
      }
    }
  }

  private static String finding(String more) {
    return """
    dnsonde_finding_info{code="egress_denied",source_namespace="payments",server="kube-dns",\
    transport="",policies="payments/default-deny",explanation="NetworkPolicy \
    payments/default-deny isolates these pods and no rule allows DNS",%s}\
    """
        .formatted(more);
  }

  private static String labelled(String series, String more) {
    return series.endsWith("}")
        ? series.substring(0, series.length() - 1).replaceFirst(",$", "") + "," + more + "}"
        : series + "{" + more + "}";
  }

  /** A recorded series, with its last value. */
  private record Recorded(String series, String value) {

    /** The value before the incident: no namespace was cut off, and no alert was active. */
    Optional<String> healthy() {
      return series.startsWith("ALERTS")
          ? Optional.empty()
          : Optional.of(series.contains("unanswered") || series.contains("cut_off") ? "0" : value);
    }
  }

  /**
   * Lets the rules run on the samples, which the present takes to be recent, until they have
   * recorded all they can. A path counts as one that worked only after a minute.
   */
  private List<Recorded> record(String program, Path folder)
      throws IOException, InterruptedException {
    Path rules = folder.resolve("rules.yaml"); // with one interval for all groups
    Files.writeString(rules, Files.readString(RULES).replaceAll("(?m)^ {4}interval: .*$", ""));
    String config =
        """
        global: {evaluation_interval: 10s}
        rule_files: ["%s"]
        """
            .formatted(rules);
    List<Recorded> found = List.of();
    try (QueriedPrometheus prometheus =
        QueriedPrometheus.start(program, folder, config, "--query.lookback-delta=30m")) {
      Instant began = Instant.now();
      Duration passed;
      int before;
      do {
        before = found.size();
        Thread.sleep(20_000); // rules are evaluated every 10 s, and some rest on others
        found = federated(prometheus);
        passed = Duration.between(began, Instant.now());
      } while (passed.compareTo(LEAST_RECORDING) < 0
          || (found.size() > before && passed.compareTo(MOST_RECORDING) < 0));
    }
    delete(folder.resolve("data/wal"));
    delete(folder.resolve("data/chunks_head"));
    return found;
  }

  private static List<Recorded> federated(QueriedPrometheus prometheus)
      throws IOException, InterruptedException {
    String match = "match%5B%5D=%7B__name__%3D~%22.%2B%3Adnsonde.%2B%7CALERTS%22%7D";
    List<Recorded> found = new ArrayList<>();
    for (String line : prometheus.get("/federate?" + match).lines().toList()) {
      if (!line.startsWith("#")) {
        String[] parts = line.split("\\} ", 2);
        found.add(new Recorded(parts[0] + "}", parts[1].split(" ", 2)[0]));
      }
    }
    return found;
  }

  private static void recorded(List<Recorded> records, SampleHistory.Sink sink) throws IOException {
    for (Recorded each : records) {
      sink.add(each.series(), each.healthy().orElse(""), each.value());
    }
  }

  private boolean report(QueriedPrometheus prometheus, BoardQuery.View times)
      throws IOException, InterruptedException {
    System.out.printf(
        "%d nodes x %d vantages, %d hours, every %d s%n%n| board | panel | series | slowest query,"
            + " s | processor, s | |%n|---|---|--:|--:|--:|---|%n",
        nodes, vantages, hours, interval);
    boolean slow = false;
    for (String board : BOARDS) {
      Map<String, Measured> panels = new LinkedHashMap<>();
      for (BoardQuery query : BoardQuery.of(board, chosen(board, times))) {
        panels.merge(query.panel(), measured(prometheus, query), Measured::slower);
      }
      for (Map.Entry<String, Measured> panel : panels.entrySet()) {
        Measured measured = panel.getValue();
        boolean over = measured.processor().compareTo(LIMIT) > 0 || measured.error().isPresent();
        slow |= over;
        System.out.printf(
            "| %s | %s | %d | %.2f | %.2f | %s |%n",
            board,
            panel.getKey(),
            measured.series(),
            measured.time().toMillis() / 1000.0,
            measured.processor().toMillis() / 1000.0,
            measured.error().orElse(over ? "slow" : ""));
      }
    }
    return slow;
  }

  /** The board of a namespace shows the largest one; the others show everything. */
  private static BoardQuery.View chosen(String board, BoardQuery.View times) {
    Map<String, String> variables = new LinkedHashMap<>();
    List.of("cluster", "namespace", "server", "node")
        .forEach(variable -> variables.put(variable, ".*"));
    if (board.equals("namespace")) {
      variables.put("namespace", AgentPages.CUT_OFF);
    }
    return new BoardQuery.View(times.from(), times.to(), times.scrape(), variables);
  }

  /**
   * The median of a query's runs.
   *
   * @param processor what Prometheus took of it, which hardly depends on other load on the machine
   */
  private record Measured(Duration time, Duration processor, int series, Optional<String> error) {
    Measured slower(Measured other) {
      return other.time.compareTo(time) > 0 ? other : this;
    }
  }

  private static Measured measured(QueriedPrometheus prometheus, BoardQuery query)
      throws IOException, InterruptedException {
    List<Measured> runs = new ArrayList<>();
    for (int run = 0; run < 3; run++) {
      Instant before = Instant.now();
      Duration spent = prometheus.processorTime();
      Optional<String> error = Optional.empty();
      int series = 0;
      try {
        series = series(prometheus.get(query.path()));
      } catch (IOException refused) {
        String message = String.valueOf(refused.getMessage());
        error = Optional.of(message.replaceFirst("(?s).*\"error\":\"", "").strip());
      }
      Duration time = Duration.between(before, Instant.now());
      Duration processor = prometheus.processorTime().minus(spent);
      runs.add(new Measured(time, processor, series, error));
      if (time.toSeconds() > 20) {
        return runs.getLast(); // no need of a median
      }
    }
    return runs.stream().sorted(Comparator.comparing(Measured::time)).toList().get(1);
  }

  private static int series(String json) {
    var data = JsonParser.parseString(json).getAsJsonObject().get("data");
    return data instanceof JsonObject result
        ? result.getAsJsonArray("result").size()
        : data.getAsJsonArray().size();
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
