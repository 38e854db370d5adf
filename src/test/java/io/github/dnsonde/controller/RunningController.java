package io.github.dnsonde.controller;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.kube.ControllerApi;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.uplink.Uplink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

/** A controller on loopback, its API server, and the files that its agents mount. */
final class RunningController implements AutoCloseable {

  static final NamespacedName AGENTS = new NamespacedName("dns", "dnsonde");
  static final NamespacedName SERVICE = new NamespacedName("control", "dnsonde-controller");
  static final NamespacedName SECRET = new NamespacedName("control", "dnsonde-controller");
  static final NamespacedName CA = new NamespacedName("dns", "dnsonde-controller-ca");

  private static final Duration LIMIT = Duration.ofSeconds(20);

  final ControllerApi api;
  final Path folder;
  private final String sections;
  private final String metrics;
  private final boolean events;
  private final String admission;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private Controller controller;

  RunningController(Path folder) throws Exception {
    this(folder, false);
  }

  /** Starts one that writes Events, or none. */
  RunningController(Path folder, boolean events) throws Exception {
    this(folder, events, "");
  }

  /** Starts one with further sections of its configuration. */
  RunningController(Path folder, boolean events, String sections) throws Exception {
    this(folder, ControllerApi.start(SECRET, CA), events, "{mode: 'off'}", sections, "127.0.0.1:0");
  }

  /** Starts one that judges changes. */
  static RunningController judging(Path folder, ControllerApi api, String admission)
      throws Exception {
    return judging(folder, api, admission, "127.0.0.1:0");
  }

  /** Starts one that judges changes, with its metrics at an address. */
  static RunningController judging(Path folder, ControllerApi api, String admission, String metrics)
      throws Exception {
    return new RunningController(folder, api, false, admission, "", metrics);
  }

  private RunningController(
      Path folder,
      ControllerApi api,
      boolean events,
      String admission,
      String sections,
      String metrics)
      throws Exception {
    this.folder = folder;
    this.admission = admission;
    this.sections = sections;
    this.metrics = metrics;
    this.events = events;
    this.api = api;
    this.controller = started(0);
    awaitReady();
  }

  private Controller started(int port) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("dnsonde.yaml"),
            """
            kubernetes: {kubeconfig: %s}
            http: {metrics: "%s", api: "127.0.0.1:0"}
            controller:
              listen: 127.0.0.1:%d
              namespace: control
              agents: {namespace: dns}
              events: {enabled: %s}
              admission: %s
            %s
            """
                .formatted(api.kubeconfig(folder), metrics, port, events, admission, sections));
    Config config = ConfigFile.read(file, Map.of());
    return Controller.start(config, "1.2.3", log);
  }

  /** Starts it again on the same port, without its memory. */
  void restart() throws Exception {
    int port = controller.reportAddress().getPort();
    controller.close();
    controller = started(port);
    awaitReady();
  }

  private void awaitReady() throws Exception {
    await("the controller is ready: " + log(), () -> page("/readyz").startsWith("ready"));
    Files.writeString(authorities(), api.configMap(CA, "ca.crt"));
  }

  void kill() {
    controller.close();
  }

  /** The file of the authorities, as an agent mounts it. */
  Path authorities() {
    return folder.resolve("ca.crt");
  }

  /** The address of the webhook. */
  InetSocketAddress admissionAddress() {
    return controller.admissionAddress().orElseThrow();
  }

  InetSocketAddress address() {
    return controller.reportAddress();
  }

  /** Puts an agent on a node, and returns the file of its token. */
  Path agentOn(String node) throws IOException {
    api.pod("dns", "dnsonde-" + node, node);
    return Files.writeString(folder.resolve(node), api.token(AGENTS, "dnsonde-" + node, node));
  }

  /** A connection of an agent. */
  Uplink uplink(Path token) {
    return new Uplink(
        new Uplink.Setup(
            "dnsonde-controller.control.svc", authorities(), token, this::address, LIMIT));
  }

  /** Sends a report and returns the reply. */
  static String send(Uplink uplink, Report report) throws IOException {
    return uplink.send(
        out -> ReportJson.write(report, out), json -> new String(json, StandardCharsets.UTF_8));
  }

  String page(String path) throws IOException, InterruptedException {
    return get(controller.metricsAddress(), path);
  }

  /** A document of the API. */
  String api(String path) throws IOException, InterruptedException {
    return get(controller.apiAddress(), path);
  }

  private static String get(InetSocketAddress listener, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.getPort() + path))
                  .build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  /** Waits until the metrics page has a line. */
  void awaitMetric(String line) throws Exception {
    await(
        "the metrics have the line " + line, () -> page("/metrics").lines().anyMatch(line::equals));
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      Thread.sleep(20);
    }
  }

  @Override
  public void close() {
    controller.close();
    api.close();
  }
}
