package io.github.dnsonde.chart;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The chart's controller as a plain process on a node of a test cluster, with the permissions and
 * the configuration that the chart renders. Its Service leads to the node.
 */
final class ControllerOnNode {

  private static final String NAME = "rel-dnsonde-controller";
  private static final String NODE = "node1";
  private static final Pattern VARIABLE = Pattern.compile("KUBECONFIG=(\\S+)");
  private static final Pattern LOGIN = Pattern.compile("user: \\{[^}]*}");

  /** Everything but the pods: no image is built here. */
  private static final List<String> KINDS =
      List.of(
          "ServiceAccount",
          "ConfigMap",
          "Secret",
          "ClusterRole",
          "ClusterRoleBinding",
          "Role",
          "RoleBinding",
          "Service",
          "Lease",
          "ValidatingWebhookConfiguration");

  private final TestCluster cluster;
  private final Path folder;
  private final Path config;
  private final String address;
  private Process process;

  private ControllerOnNode(TestCluster cluster, Path folder, Path config, String address)
      throws IOException {
    this.cluster = cluster;
    this.folder = folder;
    this.config = config;
    this.address = address;
    this.process = started();
  }

  /** Applies the chart with these values, and starts the controller. */
  static ControllerOnNode start(TestCluster cluster, Path folder, String... values)
      throws IOException {
    Rendered rendered = Rendered.with(values);
    String address =
        cluster.kubectl(
            "get",
            "node",
            NODE,
            "-o",
            "jsonpath={.status.addresses[?(@.type=='InternalIP')].address}");
    cluster.apply(namespace() + applied(rendered) + slice(address));
    Matcher kubeconfig = VARIABLE.matcher(cluster.insideVariables());
    if (!kubeconfig.find()) {
      throw new IOException("no KUBECONFIG for processes inside a node");
    }
    String token = cluster.kubectl("create", "token", NAME, "-n", Rendered.NAMESPACE).strip();
    Path login =
        Files.writeString(
            folder.resolve("kubeconfig"),
            LOGIN
                .matcher(cluster.exec(NODE, "cat", kubeconfig.group(1)))
                .replaceFirst("user: {token: " + token + "}"));
    Path config =
        Files.writeString(
            folder.resolve("dnsonde.yaml"),
            rendered.named("ConfigMap", NAME).at("/data/dnsonde.yaml").asString()
                + "\nkubernetes: {kubeconfig: "
                + login
                + "}\n");
    return new ControllerOnNode(cluster, folder, config, address);
  }

  private static String namespace() {
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + Rendered.NAMESPACE + "}\n";
  }

  private static String applied(Rendered rendered) {
    return rendered.objects().stream()
        .filter(object -> KINDS.contains(object.path("kind").asString()))
        .map(ControllerOnNode::withoutSelector)
        .map(object -> "---\n" + object + "\n")
        .collect(Collectors.joining());
  }

  private static JsonNode withoutSelector(JsonNode object) {
    if (object.path("kind").asString().equals("Service")
        && object.path("spec") instanceof ObjectNode spec) {
      spec.remove("selector");
    }
    return object;
  }

  private static String slice(String address) {
    return """
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: %1$s-node
      namespace: %2$s
      labels: {kubernetes.io/service-name: %1$s}
    addressType: IPv4
    endpoints: [{addresses: [%3$s], conditions: {ready: true}}]
    ports:
    - {name: admission, port: 9057, protocol: TCP}
    - {name: reports, port: 9056, protocol: TCP}
    - {name: metrics, port: 9053, protocol: TCP}
    """
        .formatted(NAME, Rendered.NAMESPACE, address);
  }

  private Process started() throws IOException {
    return cluster.begin(
        NODE,
        folder.resolve("controller.log"),
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx320m",
        "-cp",
        Stream.of(System.getProperty("java.class.path").split(":"))
            .map(part -> Path.of(part).toAbsolutePath().toString())
            .collect(Collectors.joining(":")),
        "io.github.dnsonde.Main",
        "controller",
        "--config",
        config.toString());
  }

  /** A page of its metrics listener; empty while nothing answers. */
  String page(String path) {
    try {
      return cluster.exec(
          NODE, "curl", "--silent", "--max-time", "5", "http://" + address + ":9053" + path);
    } catch (IOException _) {
      return "";
    }
  }

  /** The value of a series; -1 if there is none. */
  double metric(String series) {
    return page("/metrics")
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(-1);
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("controller.log"));
  }

  /** Ends it without a warning. */
  void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Lets it hang: it keeps its connections, and answers nothing. */
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(
                Stream.of("kill", signal),
                Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .map(each -> Long.toString(each.pid())))
            .toList();
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("cannot signal the controller: " + command);
    }
  }

  void restart() throws IOException {
    process = started();
  }

  /** Ends it, and removes what the chart made. */
  void end() throws InterruptedException, IOException {
    kill();
    cluster.kubectl(
        "delete",
        "validatingwebhookconfiguration,clusterrole,clusterrolebinding",
        "-l",
        "app.kubernetes.io/instance=rel",
        "--ignore-not-found");
    cluster.kubectl(
        "delete", "role,rolebinding", "-n", "kube-system", "-l", "app.kubernetes.io/instance=rel");
    cluster.kubectl("delete", "namespace", Rendered.NAMESPACE, "--wait=false");
  }
}
