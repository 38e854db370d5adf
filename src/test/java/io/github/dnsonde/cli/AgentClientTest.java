package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.Main;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.http.Health;
import io.github.dnsonde.http.HttpListeners;
import io.github.dnsonde.http.Pages;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.json.TimelineJson;
import io.github.dnsonde.json.VantagesJson;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.status.Outcomes;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.NoMetrics;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleReports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that query the running agent, against its real listeners. */
class AgentClientTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
  private static final List<Candidate> PODS =
      List.of(
          new Candidate(
              "payments",
              "web",
              "web-1",
              Optional.of(InetAddress.ofLiteral("10.244.3.57")),
              "default-deny",
              VantageStatus.CHOSEN,
              new Candidate.Resolver(
                  "ClusterFirst",
                  new ResolverSettings(List.of(), List.of(), List.of("ndots:2", "use-vc")),
                  List.of("kube-dns"))),
          SampleOutcomes.outcast("shop", VantageStatus.NO_ADDRESS));

  private static final ResolverSettings RESOLVER =
      new ResolverSettings(
          List.of(InetAddress.ofLiteral("10.96.0.10")),
          List.of("svc.cluster.local", "cluster.local"),
          List.of("ndots:5"));

  @TempDir private Path folder;
  private HttpListeners listeners;
  private volatile Plan plan = SampleOutcomes.plan();
  private volatile Diagnosis diagnosis = SampleOutcomes.diagnosis();

  @BeforeEach
  void listen() throws IOException {
    plan =
        new Plan(List.of(SampleOutcomes.probe("payments")), PODS, RESOLVER, List.of("It is odd."));
    listeners =
        HttpListeners.start(
            HttpListeners.Setup.plain(ANY_PORT, ANY_PORT),
            new Pages(
                new NoMetrics(),
                new Health(Optional::empty, Optional::empty),
                new Outcomes(),
                () -> plan,
                () -> diagnosis,
                new FixedState(SampleReports::overview),
                SampleReports::timeline));
  }

  @AfterEach
  void stop() {
    listeners.close();
  }

  @Test
  void aFindingIsExplainedWithThePolicyThatWouldFixIt() throws IOException {
    String said = run("explain", "shop/web-0");
    assertTrue(
        said.startsWith(
            """
            0: It is egress_denied.
              egress_denied, likely, since 2026-11-22T12:00:00Z
              - One.
              - Two.

            This would fix it:

            kind: NetworkPolicy
            It is ingress_denied.
            """),
        said);
    assertEquals("0: kind: NetworkPolicy\n", run("explain", "shop", "--fix"));
  }

  @Test
  void withoutANameAllFindingsOfTheNodeAreListedAndNoVerdicts() throws IOException {
    String said = run("explain");
    for (Finding finding : SampleOutcomes.diagnosis().findings()) {
      assertTrue(said.contains(finding.sentence()), said);
    }
    assertFalse(said.contains("POLICIES SAY"), said);
  }

  /**
   * The kubectl plugin merges what the agents write for programs: evidence of one is not of all.
   */
  @Test
  void anAgentCountsThePodsOfItsNodeForPeopleAlone() throws IOException {
    List<String> pods = IntStream.range(0, 12).mapToObj(i -> "shop/web-" + i).toList();
    Finding finding = SampleOutcomes.diagnosis().findings().getFirst();
    diagnosis =
        new Diagnosis(
            List.of(
                finding.about(new Finding.Subject(List.of("shop"), pods, List.of(), List.of()))),
            List.of());
    String said = run("explain");
    assertTrue(said.contains("- It concerns 12 probed pods; at most 10 are listed.\n"), said);
    String json = run("explain", "-o", "json");
    assertFalse(json.contains("It concerns"), json);
    assertEquals(
        pods,
        FindingsJson.read(new StringReader(json.substring("0: ".length())))
            .findings()
            .getFirst()
            .subject()
            .pods());
  }

  @Test
  void aFixIsForOneNamespace() throws IOException {
    assertEquals(
        "2: dnsonde: --fix prints the policy for one namespace: add NAMESPACE",
        run("explain", "--fix").lines().findFirst().orElseThrow());
  }

  @Test
  void aNamespaceWithoutAFindingIsOnlyGoodIfAllItsPathsAre() throws IOException {
    assertEquals(
        "0: All probes from pay succeed, as seen by node node-a.\n", run("explain", "pay"));
    diagnosis = Diagnosis.NONE;
    assertEquals(
        "0: No finding about shop yet, but paths fail, as seen by node node-a.\n",
        run("explain", "shop"));
    assertEquals("0: No findings yet, but paths fail, as seen by node node-a.\n", run("explain"));
  }

  /** A pod that shares the class of a vantage, or that does not exist. */
  @Test
  void aPodWithoutProbesOfItsOwnIsExplainedByItsNamespace() throws IOException {
    String known = run("explain", "shop/web-0");
    String unknown = run("explain", "shop/other");
    assertFalse(known.contains("Nothing is known"), known);
    assertTrue(
        unknown.startsWith(
            """
            0: Nothing is known about pod shop/other alone; this is about its namespace.
            It is egress_denied.
            """),
        unknown);
    assertEquals(
        "0: All probes from pay succeed, as seen by node node-a. Nothing is known about pod"
            + " pay/other alone; this is about its namespace.\n",
        run("explain", "pay/other"));
  }

  @Test
  void statusListsThePathsThatAreNotGoodAndExitsWith1() throws IOException {
    assertEquals(
        """
        1: node node-a at 2026-11-22T12:00:00Z: shop cannot resolve: NetworkPolicy default-deny does not allow DNS, for 2 min; 1 not seen.

        NAMESPACE  SERVER    TRANSPORT  STATE       FOR    VANTAGES  NODES  REASONS
        shop       kube-dns  udp        unanswered  2 min  1/1       1/1    timeout (12)
        1 other path in use is good.

        It is egress_denied. (egress_denied, likely, for 2 min)

        Not seen: namespace batch on node-a (no_network)
        Probed: 1 node, 2 vantages, dnsonde 1.2.3
        Cost: 4.3 queries/s off the node (6.8 wanted by probes), 3.0 to its cache; 2345 series; 1.3 % of a processor
        """,
        run("status"));
  }

  @Test
  void statusWithAllListsTheGoodPaths() throws IOException {
    String said = run("status", "--all");
    assertTrue(said.contains("pay        kube-dns  udp        good        2 h    1/1"), said);
  }

  @Test
  void statusAsJsonIsReadBack() throws IOException {
    String said = run("status", "--output", "json");
    assertEquals(
        SampleReports.overview(),
        OverviewJson.read(new StringReader(said.substring("1: ".length()))).overview());
  }

  @Test
  void anIncidentIsATimelineInMarkdown() throws IOException {
    assertEquals(
        """
        0: # DNS of namespace shop

        Seen by node node-a, from 2026-11-22T10:00:00Z to 2026-11-22T12:00:00Z.
        Complete from 2026-11-22T11:00:00Z.

        - 2026-11-22T11:50:00Z **policy** NetworkPolicy shop/default-deny was applied.
        - 2026-11-22T11:50:10Z **failure** First failure.
        - 2026-11-22T11:50:20Z **finding** It is egress_denied.
        - 2026-11-22T11:51:40Z **spread** Spread from 1 to 2 nodes.
        - 2026-11-22T11:53:20Z **recovery** Recovered.
        """,
        run("incident", "shop"));
  }

  @Test
  void anIncidentIsLimitedInTimeAndToItsNamespace() throws IOException {
    assertEquals(
        """
        0: # DNS of namespace pay

        Seen by node node-a, from 2026-11-22T11:30:00Z to 2026-11-22T12:00:00Z.

        No change of a policy and no finding yet; see `dnsonde status`.
        """,
        run("incident", "pay", "--since", "30m"));
    assertEquals(
        1,
        run("incident", "shop", "--since", "8m").lines().filter(it -> it.startsWith("- ")).count());
    assertEquals(
        "2: dnsonde: Invalid value for option '--since': found '2d', expected a duration such as"
            + " 10s or 250ms",
        run("incident", "shop", "--since", "2d").lines().findFirst().orElseThrow());
  }

  @Test
  void anIncidentAsJsonIsReadBack() throws IOException {
    String said = run("incident", "shop", "--since", "1h", "-o", "json");
    assertEquals(
        SampleReports.timeline(),
        TimelineJson.read(new StringReader(said.substring("0: ".length()))));
  }

  @Test
  void policyVerdictsAreATable() throws IOException {
    assertTrue(
        run("explain", "shop/web-1")
            .endsWith(
                """
                POD    SERVER    TRANSPORT  POLICIES SAY  BECAUSE
                web-1  kube-dns  udp        allow         Nothing forbids it.
                web-1  kube-dns  udp        deny          Nothing forbids it.
                web-1  kube-dns  udp        unknown       Nothing forbids it.
                """));
  }

  @Test
  void aNamespaceWithoutAVantageCannotBeExplained() throws IOException {
    assertEquals(
        "1: dnsonde: the agent at 127.0.0.1:"
            + listeners.apiAddress().getPort()
            + " probes from no pod of namespace nowhere; 'dnsonde vantages' lists the pods that it"
            + " knows\n",
        run("explain", "nowhere"));
  }

  @Test
  void vantagesAreListedAndOtherPodsWithTheReason() throws IOException {
    assertEquals(
        """
        0: NAMESPACE  WORKLOAD  POD    ADDRESS      CLASS         STANDING    RESOLVER                             USES      WHY
        payments   web       web-1  10.244.3.57  default-deny  chosen      ClusterFirst options ndots:2 use-vc  kube-dns  it is a vantage
        shop       web       web-1  -            -             no_address  -                                    -         it has no address yet

        1 of 2 pods are vantages
        Queried: kube-dns 10.96.0.10:53, in use by 1 of these pods
        The agent's own resolv.conf: 10.96.0.10; search svc.cluster.local cluster.local; options ndots:5
        Note: It is odd.
        """,
        run("vantages"));
  }

  /** On a large cluster, where nodes divide the work. */
  @Test
  void thePartOfAVantageIsShown() throws IOException {
    Probe probe = SampleOutcomes.probe("payments");
    plan =
        new Plan(List.of(probe), PODS, RESOLVER, List.of())
            .divided(List.of(probe), Map.of(probe.vantage(), Role.BACKGROUND), Set.of());
    String said = run("vantages");
    assertTrue(said.contains("; in the background: a few queries, now and then"), said);
    assertTrue(said.contains("1 of 2 pods are vantages: 0 core, 1 in the background"), said);
  }

  @Test
  void vantagesOfOneNamespaceAsJson() throws IOException {
    String said = run("vantages", "--namespace", "shop", "--output", "json");
    assertEquals(
        new VantagesJson.Vantages(
            List.of(SampleOutcomes.KUBE_DNS),
            PODS.subList(1, 2),
            RESOLVER,
            List.of("It is odd."),
            Map.of()),
        VantagesJson.read(new StringReader(said.substring("0: ".length()))));
  }

  /** On loopback, where nothing listens on that port. */
  @Test
  void theServersOfTheAgentAreQueriedFromHere() throws IOException {
    Server closed = new Server("kube-dns", InetAddress.ofLiteral("127.0.0.1"), 1);
    plan =
        SampleOutcomes.plan(
            SampleOutcomes.probe(
                SampleOutcomes.vantage("shop"), closed, "a.", Scope.EXTERNAL, Transport.UDP));
    String said = run("check", "--agent", "--name", "example.com", "--transport", "udp");
    assertTrue(said.contains("kube-dns  127.0.0.1:1  example.com.  A     udp"), said);
    assertTrue(said.contains("port_unreachable"), said);
  }

  @Test
  void anUnknownPodIsReported() throws IOException {
    assertEquals(
        "1: dnsonde: the agent at 127.0.0.1:"
            + listeners.apiAddress().getPort()
            + " knows no pod payments/gone on its node; 'dnsonde vantages' lists the 2 pods that it"
            + " knows\n",
        run("check", "--pod", "payments/gone"));
  }

  @Test
  void aPodWithoutAddressCannotBeQueriedFrom() throws IOException {
    assertEquals(
        "1: dnsonde: shop/web-1 has no address yet\n", run("check", "--pod", "shop/web-1"));
  }

  @Test
  void withoutAnAgentTheErrorNamesTheAddress() throws IOException {
    int port = listeners.apiAddress().getPort();
    listeners.close();
    String said = runAt(port, "vantages");
    assertTrue(
        said.startsWith(
            "1: dnsonde: nothing answers at http://127.0.0.1:"
                + port
                + "/api/v1/vantages (http.api): run this where the agent or the controller runs,"
                + " with the same --config ("),
        said);
  }

  private String run(String command, String... words) throws IOException {
    return runAt(listeners.apiAddress().getPort(), command, words);
  }

  /** Its exit status and its whole output. */
  private String runAt(int port, String command, String... words) throws IOException {
    Path config = folder.resolve("dnsonde.yaml");
    Files.writeString(config, "http: {api: \"127.0.0.1:" + port + "\"}\n");
    StringWriter said = new StringWriter();
    PrintWriter both = new PrintWriter(said);
    String[] all = new String[words.length + 3];
    all[0] = command;
    all[1] = "--config";
    all[2] = config.toString();
    System.arraycopy(words, 0, all, 3, words.length);
    int status = Main.commandLine().setOut(both).setErr(both).execute(all);
    both.flush();
    return status + ": " + said;
  }
}
