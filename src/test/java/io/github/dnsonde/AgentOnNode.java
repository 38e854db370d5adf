package io.github.dnsonde;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
  private final Process process;

  private AgentOnNode(TestCluster cluster, String node, Process process) {
    this.cluster = cluster;
    this.node = node;
    this.process = process;
  }

  static AgentOnNode start(TestCluster cluster, String node, Path folder) throws IOException {
    Matcher kubeconfig = VARIABLE.matcher(cluster.insideVariables());
    if (!kubeconfig.find()) {
      throw new IOException("no KUBECONFIG for processes inside a node");
    }
    Path config =
        Files.writeString(
            folder.resolve(node + ".yaml"),
            """
            mode: node
            vantage: {namespace: dnsonde, workload: dnsonde, node: %s}
            kubernetes: {kubeconfig: %s}
            http: {metrics: "127.0.0.1:9053", api: "127.0.0.1:9054"}
            """
                .formatted(node, kubeconfig.group(1)));
    return new AgentOnNode(
        cluster,
        node,
        cluster.begin(
            node,
            folder.resolve(node + ".log"),
            JAVA,
            "-jar",
            JAR.toString(),
            "agent",
            "--config",
            config.toString()));
  }

  /** What a scraper would get; an empty page while nothing answers. */
  Page page() {
    return new Page(get("http://127.0.0.1:9053/metrics"));
  }

  /** Which pods are asked from, as {@code namespace/pod}. */
  Set<String> chosen() {
    return CHOSEN
        .matcher(get("http://127.0.0.1:9054/api/v1/vantages"))
        .results()
        .map(found -> found.group(1) + "/" + found.group(2))
        .collect(toSet());
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

    /** Namespaces in which something was asked and judged. */
    Set<String> asked() {
      return samples("dnsonde_probes_total")
          .filter(sample -> sample.value() > 0)
          .map(Sample::namespace)
          .collect(toSet());
    }

    /** How many questions from a namespace were judged. */
    double asked(String namespace) {
      return samples("dnsonde_probes_total")
          .filter(sample -> sample.namespace().equals(namespace))
          .mapToDouble(Sample::value)
          .sum();
    }

    /** Namespaces in which something fails now. */
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
