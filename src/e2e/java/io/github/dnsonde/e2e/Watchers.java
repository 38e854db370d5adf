package io.github.dnsonde.e2e;

import io.github.dnsonde.e2e.monitoring.Daemon;
import io.github.dnsonde.e2e.monitoring.Prometheus;
import io.github.dnsonde.e2e.monitoring.Prometheus.Range;
import io.github.dnsonde.e2e.monitoring.Prometheus.Setup;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Each Prometheus that there is, with the rules as they are, scraping the agents on the cluster by
 * way of the API server.
 */
final class Watchers implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Path RULES = Path.of("alerts", "dnsonde.yaml");

  private final List<Daemon> proxies = new ArrayList<>();
  private final Map<String, Prometheus> all = new LinkedHashMap<>();

  private Watchers() {}

  /**
   * Starts them.
   *
   * @param programs by their names
   * @param namespace where the agents are
   * @param folder for their files
   */
  static Watchers start(
      Map<String, String> programs, Cluster cluster, String namespace, Path folder)
      throws IOException, InterruptedException {
    Watchers watchers = new Watchers();
    if (!programs.isEmpty()) {
      Path fresh = Files.createTempDirectory(Files.createDirectories(folder), "watchers");
      InetSocketAddress address = Daemon.freeAddress();
      Daemon proxy = cluster.proxy(address, fresh.resolve("proxy.log"));
      watchers.proxies.add(proxy);
      proxy.awaitPage(URI.create("http://" + Daemon.text(address) + "/readyz"));
      String discovery = discovery(Daemon.text(address), namespace);
      for (Map.Entry<String, String> each : programs.entrySet()) {
        watchers.all.put(
            each.getKey(), Prometheus.start(setup(each, fresh.resolve(each.getKey())), discovery));
      }
    }
    return watchers;
  }

  /** As the chart's monitors relabel, but that the way leads through the API server. */
  private static String discovery(String apiServer, String namespace) {
    return """
    kubernetes_sd_configs:
      - {role: pod, api_server: "http://%1$s", namespaces: {names: [%2$s]}}
    relabel_configs:
      - {source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_component], regex: agent, action: keep}
      - {source_labels: [__meta_kubernetes_pod_phase], regex: Running, action: keep}
      - {source_labels: [__meta_kubernetes_pod_container_port_number], regex: "9053", action: keep}
      - {source_labels: [__address__], target_label: instance}
      - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
      - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
      - {source_labels: [__meta_kubernetes_pod_node_name], target_label: node}
      - source_labels: [__meta_kubernetes_namespace, __meta_kubernetes_pod_name]
        separator: /pods/
        target_label: __metrics_path__
        replacement: /api/v1/namespaces/$1:9053/proxy/metrics
      - {target_label: __address__, replacement: "%1$s"}
    """
        .formatted(apiServer, namespace);
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

  /** Their names. */
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

  /** How many agents it scrapes. */
  int scraped(String name) throws IOException, InterruptedException {
    return watcher(name).now("up == 1").size();
  }

  /** The alerts that fire now, such as {@code DnsondeServerCutOff info payments kube-dns}. */
  Set<String> firing(String name) throws IOException, InterruptedException {
    return alerts(watcher(name).now(FIRING));
  }

  /** The alerts that fired at any time since. */
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
