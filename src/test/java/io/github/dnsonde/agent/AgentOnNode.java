package io.github.dnsonde.agent;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged agent as a plain process on one node of a test cluster. */
final class AgentOnNode {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final Path JAR = Path.of("target", "dnsonde.jar").toAbsolutePath();
  private static final Pattern VARIABLE = Pattern.compile("KUBECONFIG=(\\S+)");
  private static final Pattern CHOSEN =
      Pattern.compile(
          "\"namespace\": ?\"([^\"]+)\",\\s*\"workload\": ?\"[^\"]+\",\\s*\"pod\":"
              + " ?\"([^\"]+)\"[^}]*\"standing\": ?\"chosen\"");

  private final TestCluster cluster;
  private final String node;
  private final int port;
  private final Path log;
  private final Process process;

  /**
   * The settings of an agent.
   *
   * @param name of its files
   * @param jvmOptions of its Java
   * @param kubeconfig the node's path of its credentials
   * @param own namespace and pod that it treats as its own, as {@code namespace/pod}
   * @param port of its metrics; the next one is that of its API
   * @param cluster further keys of the section {@code cluster}, each with a comma before it
   */
  record Settings(
      String name,
      List<String> jvmOptions,
      String kubeconfig,
      String own,
      int port,
      String cluster) {

    /** An agent with the usual keys. */
    Settings(String name, List<String> jvmOptions, String kubeconfig, String own, int port) {
      this(name, jvmOptions, kubeconfig, own, port, "");
    }

    /** Returns a copy with these keys of the section {@code cluster}. */
    Settings withCluster(String keys) {
      return new Settings(name, jvmOptions, kubeconfig, own, port, ", " + keys);
    }

    /** The only agent of a node, as administrator. */
    static Settings ofAdministrator(TestCluster cluster, String node) throws IOException {
      Matcher kubeconfig = VARIABLE.matcher(cluster.insideVariables());
      if (!kubeconfig.find()) {
        throw new IOException("no KUBECONFIG for processes inside a node");
      }
      return new Settings(node, List.of(), kubeconfig.group(1), "dnsonde/", 9053);
    }

    /** Returns a copy with the options of the image. */
    Settings asInImage() throws IOException {
      List<String> options = Files.readAllLines(Path.of("src", "main", "docker", "jvm.options"));
      return new Settings(name, options, kubeconfig, own, port, cluster);
    }
  }

  private AgentOnNode(TestCluster cluster, String node, int port, Path log, Process process) {
    this.cluster = cluster;
    this.node = node;
    this.port = port;
    this.log = log;
    this.process = process;
  }

  static AgentOnNode start(TestCluster cluster, String node, Path folder) throws IOException {
    return start(cluster, node, folder, Settings.ofAdministrator(cluster, node));
  }

  static AgentOnNode start(TestCluster cluster, String node, Path folder, Settings settings)
      throws IOException {
    return start(cluster, node, folder, settings, "");
  }

  /**
   * Starts with further keys.
   *
   * @param more the end of the configuration file
   */
  static AgentOnNode start(
      TestCluster cluster, String node, Path folder, Settings settings, String more)
      throws IOException {
    String[] own = settings.own().split("/", 2);
    Path config =
        Files.writeString(
            folder.resolve(settings.name() + ".yaml"),
            """
            mode: node
            vantage: {namespace: %s, workload: dnsonde, pod: '%s', node: %s}
            cluster: {dns: [10.96.0.10]%s} # this machine's resolv.conf is not a pod's
            kubernetes: {kubeconfig: %s}
            metrics: {detail: full}
            http: {metrics: "127.0.0.1:%d", api: "127.0.0.1:%d"}
            """
                    .formatted(
                        own[0],
                        own[1],
                        node,
                        settings.cluster(),
                        settings.kubeconfig(),
                        settings.port(),
                        settings.port() + 1)
                + more);
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(settings.jvmOptions());
    command.addAll(List.of("-jar", JAR.toString(), "agent", "--config", config.toString()));
    Path log = folder.resolve(settings.name() + ".log");
    return new AgentOnNode(
        cluster,
        node,
        settings.port(),
        log,
        cluster.begin(node, log, command.toArray(String[]::new)));
  }

  /** Lines of its log that contain a text. */
  List<String> logged(String text) throws IOException {
    return Files.readAllLines(log).stream().filter(line -> line.contains(text)).toList();
  }

  /** The end of its log, to find out what went wrong. */
  String lastLines() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits until a condition holds, which must be in time and while the agent is alive. */
  void await(Duration limit, BooleanSupplier condition, String what) throws InterruptedException {
    Instant deadline = Instant.now().plus(limit);
    while (!condition.getAsBoolean()) {
      assertTrue(isAlive(), () -> this + " has ended before: " + what + "\n" + lastLines());
      assertTrue(
          Instant.now().isBefore(deadline),
          () -> this + ": not within " + limit + ": " + what + "\n" + lastLines());
      Thread.sleep(200); // a process elsewhere cannot notify us
    }
  }

  /** The most memory that was resident, in KiB. */
  long peakMemory() throws IOException {
    String status =
        cluster.exec(
            node,
            "sh",
            "-c",
            "grep VmHWM /proc/$(pgrep -f -o 'dnsonde.jar agent --config .*/"
                + log.getFileName().toString().replace(".log", ".yaml")
                + "')/status");
    return Long.parseLong(status.replaceAll("\\D", ""));
  }

  /** The page that a scraper would get; an empty page while the agent does not answer. */
  Page page() {
    return new Page(get("http://127.0.0.1:" + port + "/metrics"));
  }

  /** The vantages, as {@code namespace/pod}. */
  Set<String> chosen() {
    return CHOSEN
        .matcher(get("http://127.0.0.1:" + (port + 1) + "/api/v1/vantages"))
        .results()
        .map(found -> found.group(1) + "/" + found.group(2))
        .collect(toSet());
  }

  /** Its diagnosis; empty while nothing answers. */
  Diagnosis diagnosis() {
    try {
      return FindingsJson.read(
          new StringReader(get("http://127.0.0.1:" + (port + 1) + "/api/v1/findings")));
    } catch (IOException _) {
      return Diagnosis.NONE;
    }
  }

  private String get(String url) {
    try {
      return cluster.exec(node, "curl", "--silent", "--max-time", "5", url);
    } catch (IOException e) {
      if (process.isAlive()) {
        return "";
      }
      throw new UncheckedIOException("the agent on " + node + " has ended", e);
    }
  }

  /** Ends the process and waits for its end. */
  void end() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public String toString() {
    return "the agent on " + node;
  }

  /** The samples of one page of metrics. */
  record Page(String text) {

    private static final Pattern SAMPLE =
        Pattern.compile("([a-z_]+)\\{(?:.*,)?source_namespace=\"([^\"]+)\".*} (\\S+)");

    private record Sample(String metric, String namespace, double value) {}

    private Stream<Sample> samples(String metric) {
      return text.lines()
          .map(SAMPLE::matcher)
          .filter(line -> line.matches() && line.group(1).equals(metric))
          .map(line -> new Sample(line.group(1), line.group(2), Double.parseDouble(line.group(3))));
    }

    /** The lines of a metric that contain all these texts. */
    List<String> lines(String metric, String... texts) {
      return text.lines()
          .filter(line -> line.startsWith(metric + "{"))
          .filter(line -> Stream.of(texts).allMatch(line::contains))
          .toList();
    }

    /** Namespaces with at least one tested query. */
    Set<String> asked() {
      return samples("dnsonde_probes_total")
          .filter(sample -> sample.value() > 0)
          .map(Sample::namespace)
          .collect(toSet());
    }

    /** Number of tested queries from a namespace. */
    double asked(String namespace) {
      return samples("dnsonde_probes_total")
          .filter(sample -> sample.namespace().equals(namespace))
          .mapToDouble(Sample::value)
          .sum();
    }

    /** Namespaces in which a probe fails now. */
    Set<String> failing() {
      return failingNow().map(Sample::namespace).collect(toSet());
    }

    long failingSeries(String namespace) {
      return failingNow().filter(sample -> sample.namespace().equals(namespace)).count();
    }

    private Stream<Sample> failingNow() {
      return samples("dnsonde_probe_consecutive_failures").filter(sample -> sample.value() > 0);
    }
  }
}
