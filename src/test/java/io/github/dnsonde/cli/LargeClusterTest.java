package io.github.dnsonde.cli;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.http.ControllerPages;
import io.github.dnsonde.http.Health;
import io.github.dnsonde.http.HttpListeners;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.NoMetrics;
import io.github.dnsonde.testkit.SampleReports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that query a controller whose cluster has lost DNS on a thousand nodes. */
class LargeClusterTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static final int NAMESPACES = 70;

  private static final List<String> NODES =
      IntStream.range(0, 1_000).mapToObj(i -> "ip-10-0-12-" + i + ".eu-west-1.internal").toList();

  private static final List<Finding> FINDINGS =
      IntStream.range(0, NAMESPACES).mapToObj(LargeClusterTest::finding).toList();

  private static final Diagnosis DIAGNOSIS =
      new Diagnosis(
          FINDINGS, IntStream.range(0, 20).boxed().flatMap(i -> verdicts(i).stream()).toList());

  @TempDir private Path folder;
  private volatile List<Finding> findings = FINDINGS;
  private HttpListeners listeners;

  @BeforeEach
  void listen() throws IOException {
    Overview small = SampleReports.overview();
    listeners =
        HttpListeners.start(
            HttpListeners.Setup.plain(ANY_PORT, ANY_PORT),
            new ControllerPages(
                new NoMetrics(),
                new Health(Optional::empty, Optional::empty),
                () -> new Diagnosis(findings, DIAGNOSIS.policyVerdicts()),
                new FixedState(
                    () ->
                        new Overview(
                            "cluster",
                            NOON,
                            small.paths(),
                            List.of(),
                            findings,
                            small.nodes(),
                            small.usage(),
                            0)),
                () ->
                    new Timeline(
                        "cluster",
                        NOON,
                        NOON.minusSeconds(86_400),
                        PolicySight.WHILE_FAILING,
                        List.of())));
  }

  @AfterEach
  void stop() {
    listeners.close();
  }

  private static Finding finding(int number) {
    String namespace = "team-" + number;
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of(namespace),
            IntStream.range(0, NODES.size())
                .mapToObj(i -> namespace + "/web-5d9c7b6f4-" + i)
                .collect(toList()),
            List.of("kube-dns"),
            List.of(Transport.UDP),
            NODES),
        Finding.Confidence.LIKELY,
        NOON,
        "It is " + namespace + ".",
        List.of("One."),
        List.of(namespace + "/default-deny"),
        Optional.empty());
  }

  private static List<ReportedVerdict> verdicts(int number) {
    return IntStream.range(0, NODES.size())
        .mapToObj(
            i ->
                new ReportedVerdict(
                    "team-" + number,
                    "web",
                    "web-5d9c7b6f4-" + i,
                    "kube-dns",
                    Transport.UDP,
                    Decision.DENY,
                    Decision.DENY,
                    List.of("team-" + number + "/default-deny"),
                    "NetworkPolicy default-deny isolates the pod, and no rule allows it."))
        .toList();
  }

  @Test
  void theStatusFitsIntoAnAnswer() throws IOException {
    String said = run("status");
    assertTrue(said.startsWith("1: cluster at "), said);
    assertTrue(said.contains("It is team-69."), said);
  }

  /** A controller does not watch policies. */
  @Test
  void theTimelineClaimsNoMoreThanItHas() throws IOException {
    String said = run("incident", "team-7");
    assertTrue(
        said.contains("\nChanges of policies are known only from times when a namespace failed.\n"),
        said);
  }

  @Test
  void allFindingsFitIntoAnAnswer() throws IOException {
    String said = run("explain");
    assertTrue(said.startsWith("0: It is team-0.\n"), said);
    assertTrue(said.contains("It is team-69."), said);
    assertTrue(
        said.contains(
            "  - It concerns 1000 probed pods on 1000 nodes; at most 10 of each are listed."),
        said);
    assertFalse(said.contains("more\n"), "the number of those that are not listed");
  }

  @Test
  void oneNamespaceIsExplainedWithAllItsPodsAndVerdicts() throws IOException {
    String said = run("explain", "team-7");
    assertTrue(said.startsWith("0: It is team-7.\n"), said);
    assertTrue(said.contains("and 990 more\n"), "its nodes");
    assertEquals(1_000, said.lines().filter(line -> line.contains("isolates the pod")).count());
  }

  /** Programs get all pods and nodes. */
  @ParameterizedTest
  @ValueSource(strings = {"status", "explain"})
  void jsonIsWhole(String command) throws IOException {
    findings = FINDINGS.subList(0, 2);
    Ran ran = ran(listeners.apiAddress().getPort(), command, "-o", "json");
    assertEquals("", ran.err());
    assertEquals(2, ran.findings().count());
    ran.findings().forEach(finding -> assertCounts(1_000, 1_000, finding));
    assertFalse(ran.out().contains("It concerns"), "a count of what is listed");
  }

  @ParameterizedTest
  @CsvSource({"status, 20", "explain, 10"})
  void jsonThatIsTooLongHasTheNumbersOfAll(String command, int names) throws IOException {
    Ran ran = ran(listeners.apiAddress().getPort(), command, "-o", "json");
    assertTrue(
        ran.err()
            .contains(
                " (http.api) has more than 4 MiB: ask about one namespace, with 'dnsonde explain"
                    + " NAMESPACE'. This lists the first pods and nodes of each finding; nodeCount"
                    + " has the number of all nodes.\n"),
        ran.err());
    assertEquals(NAMESPACES, ran.findings().count());
    ran.findings().forEach(finding -> assertCounts(names, 1_000, finding));
  }

  private static void assertCounts(int names, int nodes, JsonObject finding) {
    assertEquals(names, finding.getAsJsonArray("pods").size());
    assertEquals(names, finding.getAsJsonArray("nodes").size());
    assertEquals(nodes, finding.get("nodeCount").getAsInt());
  }

  /** Each command can follow its own advice. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status         | ask about one namespace, with 'dnsonde explain NAMESPACE'
          status -o json | ask about one namespace, with 'dnsonde explain NAMESPACE'
          explain        | ask about one namespace, with 'dnsonde explain NAMESPACE'
          explain team-7 | ask the agent of one node, or read it with another client of the API
          incident shop  | read it with another client of the API
          vantages       | read it with another client of the API
          """)
  void anAnswerThatIsTooLongIsAnError(String command, String advice) throws IOException {
    HttpServer endless = HttpServer.create(ANY_PORT, 0);
    endless.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 5 << 20);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(new byte[5 << 20]);
          }
        });
    endless.start();
    try {
      Ran ran = ran(endless.getAddress().getPort(), command.split(" "));
      assertEquals(1, ran.status());
      assertTrue(ran.err().endsWith(" has more than 4 MiB: " + advice + "\n"), ran.err());
    } finally {
      endless.stop(0);
    }
  }

  private String run(String... words) throws IOException {
    Ran ran = ran(listeners.apiAddress().getPort(), words);
    return ran.status() + ": " + ran.out() + ran.err();
  }

  private Ran ran(int port, String... words) throws IOException {
    Path config = folder.resolve("dnsonde.yaml");
    Files.writeString(config, "http: {api: \"127.0.0.1:" + port + "\"}\n");
    return Ran.command(
        Stream.concat(Stream.of(words), Stream.of("--config", config.toString()))
            .toArray(String[]::new));
  }
}
