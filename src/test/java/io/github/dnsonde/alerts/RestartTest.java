package io.github.dnsonde.alerts;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dnsonde.testkit.Commands;
import io.github.dnsonde.testkit.Programs;
import io.github.dnsonde.testkit.RunningPrometheus;
import io.github.dnsonde.testkit.RunningPrometheus.Alert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus that keeps samples for six hours and is away for ten minutes. Ten minutes do
 * not pass: the samples that it recorded in its first life are moved ten minutes into the past by
 * promtool, and it starts again with those. The time at which a namespace last worked, which it
 * would have carried for a day and a half, is given to its first life as samples of the last
 * minutes.
 */
@Tag("long")
class RestartTest {

  private static final Duration AWAY = Duration.ofMinutes(10);
  private static final Duration LONG_AGO = Duration.ofHours(31);
  private static final String RETENTION = "--storage.tsdb.retention.time=6h";
  private static final String WORKED = "namespace:dnsonde_path_worked_timestamp_seconds:max";
  private static final String CUT_OFF = "DnsondeNamespaceCutOff";
  private static final Pattern DUMPED =
      Pattern.compile("\\{__name__=\"([^\"]+)\"(?:, )?(.*)\\} (\\S+) (\\d+)");

  private final Map<String, LiveAgent> agents = new ConcurrentHashMap<>();
  @TempDir private Path folder;
  private HttpServer server;

  RestartTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void serve() {
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    agents.values().forEach(LiveAgent::close);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] page = agents.get(exchange.getRequestURI().getPath().substring(1)).page();
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(200, page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  @Test
  void aNamespaceStaysCutOffInPrometheus2() throws IOException, InterruptedException {
    Optional<Path> prometheus = Programs.find("prometheus");
    Optional<Path> promtool = Programs.find("promtool");
    assumeTrue(
        prometheus.isPresent() && promtool.isPresent(),
        "prometheus is not installed (Debian package prometheus)");
    aNamespaceStaysCutOff(prometheus.get().toString(), promtool.get().toString());
  }

  @Test
  void aNamespaceStaysCutOffInPrometheus3() throws IOException, InterruptedException {
    String prometheus = System.getenv("DNSONDE_PROMETHEUS3");
    String promtool = System.getenv("DNSONDE_PROMTOOL3");
    assumeTrue(
        prometheus != null && promtool != null,
        "DNSONDE_PROMETHEUS3 and DNSONDE_PROMTOOL3 name no Prometheus 3");
    aNamespaceStaysCutOff(prometheus, promtool);
  }

  private void aNamespaceStaysCutOff(String prometheus, String promtool)
      throws IOException, InterruptedException {
    LiveAgent staying = agent("node-a", "before", "during", "after", "never");
    LiveAgent restarting = agent("node-b", "restarted");
    staying.deny("before", "never");
    staying.pass(Duration.ofMinutes(3));
    restarting.pass(Duration.ofMinutes(3));
    Path first = life("first");
    backfill(promtool, first, workedLongAgo());
    try (RunningPrometheus running = start(prometheus, first)) {
      awaitCutOff(running, Set.of("before"));
      for (String namespace : List.of("during", "after", "restarted")) {
        awaitRecorded(running, WORKED + "{source_namespace=\"" + namespace + "\"}");
      }
    }

    Path second = life("second");
    backfill(promtool, second, moved(Commands.run(promtool, "tsdb", "dump", first + "/data")));
    staying.deny("during");
    staying.pass(AWAY);
    staying.find("before");
    LiveAgent fresh = agent("node-b", "restarted");
    fresh.deny("restarted");
    fresh.pass(Duration.ofMinutes(3));
    try (RunningPrometheus running = start(prometheus, second)) {
      List<Alert> alerts = awaitCutOff(running, Set.of("before", "during", "restarted"));
      assertEquals(
          "Finding: NetworkPolicy before/default-deny isolates these pods and no rule allows DNS"
              + " to kube-dns, node-local-dns over udp, tcp.",
          cause(alerts, "before"));
      assertEquals("No finding names a cause.", cause(alerts, "during"));
      staying.deny("after");
      alerts = awaitCutOff(running, Set.of("before", "during", "restarted", "after"));
      assertEquals(
          Set.of("DnsondePathNeverWorked"),
          alerts.stream()
              .filter(alert -> !alert.fires())
              .filter(alert -> alert.labels().get("source_namespace").equals("never"))
              .map(alert -> alert.labels().get("alertname"))
              .collect(toCollection(TreeSet::new)));
      awaitRecorded(running, WORKED + "{source_namespace=\"before\"} < time() - 30 * 3600");
      assertEquals(
          Map.of(),
          running.query("count_over_time(" + WORKED + "[1h])", Instant.now().minus(LONG_AGO)),
          "samples older than the retention");
    }
  }

  /** Healthy namespaces are on every node, so that neither a node nor a server is to blame. */
  private LiveAgent agent(String node, String... namespaces) {
    List<String> all = new ArrayList<>(List.of(namespaces));
    for (int i = 0; i < 6; i++) {
      all.add("shop-" + i);
    }
    LiveAgent agent = new LiveAgent(node, all);
    Optional.ofNullable(agents.put(node, agent)).ifPresent(LiveAgent::close);
    return agent;
  }

  private Path life(String name) throws IOException {
    Path life = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        life.resolve("prometheus.yaml"),
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
        rule_files: ["%1$s"]
        scrape_configs:
          - job_name: dnsonde
            metrics_path: /node-a
            static_configs:
              - {targets: ["127.0.0.1:%2$d"], labels: {node: node-a, namespace: dnsonde}}
          - job_name: dnsonde-b
            metrics_path: /node-b
            static_configs:
              - {targets: ["127.0.0.1:%2$d"], labels: {node: node-b, namespace: dnsonde}}
        """
            .formatted(AlertRules.FILE.toAbsolutePath(), server.getAddress().getPort()));
    return life;
  }

  private static RunningPrometheus start(String prometheus, Path life)
      throws IOException, InterruptedException {
    return RunningPrometheus.start(prometheus, life, Map.of(), RETENTION);
  }

  private static void backfill(String promtool, Path life, List<String> samples)
      throws IOException {
    Path file = life.resolve("samples.txt");
    Files.writeString(file, String.join("\n", samples) + "\n# EOF\n");
    Commands.run(promtool, "tsdb", "create-blocks-from", "openmetrics", file + "", life + "/data");
  }

  /** The memory that {@code before} worked once, as recorded within the last two minutes. */
  private static List<String> workedLongAgo() {
    Instant now = Instant.now();
    List<String> samples = new ArrayList<>();
    for (String server : List.of("kube-dns", "node-local-dns")) {
      for (String transport : List.of("udp", "tcp")) {
        for (int ago = 120; ago >= 0; ago -= 15) {
          samples.add(
              "%s{source_namespace=\"before\",server=\"%s\",transport=\"%s\"} %d %d"
                  .formatted(
                      WORKED,
                      server,
                      transport,
                      now.minus(LONG_AGO).getEpochSecond(),
                      now.getEpochSecond() - ago));
        }
      }
    }
    return samples;
  }

  /** All samples, ten minutes earlier; and one that is older than the retention. */
  private static List<String> moved(String dump) {
    List<String> samples = new ArrayList<>();
    Matcher dumped = DUMPED.matcher(dump);
    while (dumped.find()) {
      if (!dumped.group(3).equals("NaN")) {
        samples.add(
            "%s{%s} %s %.3f"
                .formatted(
                    dumped.group(1),
                    dumped.group(2).replaceAll(", (?=\\w+=\")", ","),
                    dumped.group(3),
                    (Long.parseLong(dumped.group(4)) - AWAY.toMillis()) / 1000.0));
      }
    }
    assertTrue(samples.size() > 1000, "samples that the first life recorded");
    long longAgo = Instant.now().minus(LONG_AGO).getEpochSecond() - 60;
    samples.add(WORKED + "{source_namespace=\"before\"} " + longAgo + " " + longAgo);
    return samples;
  }

  /** Waits until exactly these namespaces are reported as cut off; nothing else may fire. */
  private static List<Alert> awaitCutOff(RunningPrometheus running, Set<String> namespaces)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plusSeconds(60);
    while (true) {
      List<Alert> alerts = running.alerts();
      Set<String> cutOff =
          alerts.stream()
              .filter(Alert::fires)
              .map(
                  alert ->
                      alert.labels().get("alertname").equals(CUT_OFF)
                          ? alert.labels().get("source_namespace")
                          : alert.toString())
              .collect(toCollection(TreeSet::new));
      assertTrue(namespaces.containsAll(cutOff), () -> namespaces + " but also " + cutOff);
      if (cutOff.equals(namespaces)) {
        return alerts;
      }
      assertTrue(Instant.now().isBefore(end), () -> "of " + namespaces + " only " + cutOff);
      Thread.sleep(200); // without an Alertmanager, a query is the only way to see an alert
    }
  }

  private static void awaitRecorded(RunningPrometheus running, String series)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plusSeconds(60);
    while (running.query(series).isEmpty()) {
      assertTrue(Instant.now().isBefore(end), () -> "not recorded: " + series);
      Thread.sleep(200); // as above
    }
  }

  private static String cause(List<Alert> alerts, String namespace) {
    return alerts.stream()
        .filter(alert -> alert.labels().get("alertname").equals(CUT_OFF))
        .filter(alert -> namespace.equals(alert.labels().get("source_namespace")))
        .map(alert -> alert.annotations().get("cause"))
        .findFirst()
        .orElseThrow();
  }
}
