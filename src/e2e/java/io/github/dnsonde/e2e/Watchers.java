package io.github.dnsonde.e2e;

import io.github.dnsonde.e2e.monitoring.Daemon;
import io.github.dnsonde.e2e.monitoring.Prometheus;
import io.github.dnsonde.e2e.monitoring.Prometheus.Range;
import io.github.dnsonde.e2e.monitoring.Prometheus.Setup;
import io.github.dnsonde.e2e.monitoring.Prometheus.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All Prometheus programs, with the original rules. They scrape the agents in the cluster through
 * the API server.
 */
final class Watchers implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Path RULES = Path.of("alerts", "dnsonde.yaml");

  private final List<Daemon> proxies = new ArrayList<>();
  private final Map<String, Prometheus> all = new LinkedHashMap<>();

  private final Path list;
  private final String namespace;
  private final String apiServer;

  private Watchers(Path list, String namespace, String apiServer) {
    this.list = list;
    this.namespace = namespace;
    this.apiServer = apiServer;
  }

  /**
   * Starts them, without any target yet.
   *
   * @param programs the programs by their names
   * @param namespace the namespace of the agents
   * @param folder a folder for their files
   */
  static Watchers start(
      Map<String, String> programs, Cluster cluster, String namespace, Path folder)
      throws IOException, InterruptedException {
    Path fresh =
        Files.createTempDirectory(Files.createDirectories(folder.toAbsolutePath()), "watchers");
    InetSocketAddress address = Daemon.freeAddress();
    Watchers watchers =
        new Watchers(fresh.resolve("targets.json"), namespace, Daemon.text(address));
    watchers.scrape(Map.of());
    if (!programs.isEmpty()) {
      Daemon proxy = cluster.proxy(address, fresh.resolve("proxy.log"));
      watchers.proxies.add(proxy);
      proxy.awaitPage(URI.create("http://" + watchers.apiServer + "/readyz"));
    }
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Setup setup = setup(program, fresh.resolve(program.getKey()));
      watchers.all.put(program.getKey(), Prometheus.start(setup, watchers.list));
    }
    return watchers;
  }

  /**
   * Scrapes these agents from now on, with the labels that the chart's monitors add.
   *
   * @param pods the pods by their nodes
   */
  void scrape(Map<String, String> pods) throws IOException {
    Prometheus.write(
        list, pods.entrySet().stream().map(pod -> target(pod.getKey(), pod.getValue())).toList());
  }

  private Target target(String node, String pod) {
    String path = "/api/v1/namespaces/" + namespace + "/pods/" + pod + ":9053/proxy/metrics";
    return new Target(
        apiServer,
        Map.of(
            "__metrics_path__", path,
            "instance", pod + ":9053",
            "node", node,
            "namespace", namespace,
            "pod", pod));
  }

  private static Setup setup(Map.Entry<String, String> program, Path folder) {
    return new Setup(
        program.getKey(),
        program.getValue(),
        folder,
        INTERVAL,
        INTERVAL,
        List.of(RULES),
        List.of());
  }

  /** Returns their names. */
  Set<String> names() {
    return all.keySet();
  }

  private Prometheus watcher(String name) {
    Prometheus watcher = all.get(name);
    if (watcher == null) {
      throw new IllegalArgumentException("no " + name);
    }
    return watcher;
  }

  /** Returns the number of agents that it scrapes. */
  int scraped(String name) throws IOException, InterruptedException {
    return watcher(name).now("up == 1").size();
  }

  /**
   * Returns the alerts that fire now, such as {@code DnsondeServerCutOff info payments kube-dns}.
   */
  Set<String> firing(String name) throws IOException, InterruptedException {
    return alerts(watcher(name).now(FIRING));
  }

  /** Returns the action of an alert that fires now, as its reader gets it. */
  Optional<String> action(String name, String alert) throws IOException, InterruptedException {
    return watcher(name).annotation(alert, "action");
  }

  /** Returns the alerts that fired at any time since. */
  Set<String> fired(String name, Instant since) throws IOException, InterruptedException {
    return alerts(watcher(name).range(FIRING, since, Instant.now(), Duration.ofSeconds(5)));
  }

  private static final String FIRING = "ALERTS{alertstate=\"firing\"}";

  private static Set<String> alerts(List<Range> series) {
    return series.stream()
        .map(Range::labels)
        .map(
            labels ->
                Stream.of("alertname", "severity", "node", "namespace", "server", "transport")
                    .map(label -> labels.getOrDefault(label, ""))
                    .filter(value -> !value.isEmpty())
                    .collect(Collectors.joining(" ")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void close() {
    all.values().forEach(Prometheus::close);
    proxies.forEach(Daemon::close);
  }
}
