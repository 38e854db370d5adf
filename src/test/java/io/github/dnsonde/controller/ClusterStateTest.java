package io.github.dnsonde.controller;

import static io.github.dnsonde.testkit.Forgotten.assertForgotten;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Declarations;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.ConfigFile;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.kube.NamespaceReader;
import io.github.dnsonde.merge.ClusterSight;
import io.github.dnsonde.overview.IncidentEntry;
import io.github.dnsonde.overview.NodeRow;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.PodBuilder;
import io.github.dnsonde.testkit.SampleReports;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The state of a cluster with one node that reports, in which policies deny DNS to each namespace
 * that is read.
 */
class ClusterStateTest {

  private static final Duration REPORTS = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final FakeTicker ticker = new FakeTicker();
  private final Map<String, Set<String>> pods = new HashMap<>(Map.of("node-a", Set.of("shop")));
  private List<NetworkPolicy> further = List.of();
  private Instant applied = FakeTicker.START;
  private ClusterView latest = ClusterView.EMPTY;
  private int readings;
  private ClusterState state;

  @BeforeEach
  void start() throws Exception {
    state =
        new ClusterState(
            ConfigFile.read(Files.createFile(folder.resolve("empty.yaml")), Map.of()).cluster(),
            this::read,
            () -> pods,
            Optional::empty,
            ticker);
  }

  /** A restarted controller has few reports at first, which could suggest another cause. */
  @Test
  void eventsWaitUntilEveryAgentHadTimeToReport() {
    ticker.advance(Duration.ofMinutes(5));
    assertEquals(Optional.empty(), state.sight(), "no agent has reported");
    state.add(SampleReports.empty("node-a"), Optional.empty());
    ticker.advance(Duration.ofSeconds(59));
    assertEquals(Optional.empty(), state.sight());
    ticker.advance(Duration.ofSeconds(11));
    ClusterSight sight = state.sight().orElseThrow();
    assertEquals(1, sight.nodes().size());
    assertEquals(ticker.now().minusSeconds(10), sight.complete());
  }

  @Test
  void onlyNamespacesThatNoAgentSeesAreWithoutAgent() {
    pods.put("node-b", Set.of("shop", "pay"));
    ticker.advance(Duration.ofMinutes(2));
    report(PathState.GOOD, "shop");
    Finding unseen = findings(Code.NO_AGENT).getFirst();
    assertEquals(List.of("pay"), unseen.subject().namespaces());
    Instant since = unseen.since();
    assertEquals(ticker.now(), since);
    ticker.advance(Duration.ofHours(1));
    report(PathState.GOOD, "shop");
    assertEquals(since, findings(Code.NO_AGENT).getFirst().since(), "it begins once");
    pods.remove("node-b");
    report(PathState.GOOD, "shop");
    assertEquals(List.of(), findings(Code.NO_AGENT));
    pods.put("node-b", Set.of("pay"));
    ticker.advance(Duration.ofHours(1));
    report(PathState.GOOD, "shop");
    assertEquals(ticker.now(), findings(Code.NO_AGENT).getFirst().since(), "a second time");
  }

  @Test
  void aSecondIncidentHasItsOwnBeginning() {
    fail(6, "shop");
    assertEquals(1, denied().size(), state.diagnosis()::toString);
    Instant first = denied().getFirst().since();
    report(PathState.GOOD, "shop");
    assertEquals(List.of(), state.diagnosis().findings());
    ticker.advance(Duration.ofHours(4));
    fail(6, "shop");
    Instant second = denied().getFirst().since();
    assertTrue(
        second.isAfter(first.plus(Duration.ofHours(3))), first + " was the first, then " + second);
    report(PathState.GOOD, "shop");
    List<String> recoveries =
        state.timeline().entries().stream()
            .filter(entry -> entry.kind() == IncidentEntry.Kind.RECOVERY)
            .map(IncidentEntry::text)
            .toList();
    assertEquals(2, recoveries.size());
    recoveries.forEach(text -> assertFalse(text.contains(" h"), text));
  }

  /** Policies are read once more after a failure: until then, the view is some seconds old. */
  @Test
  void thePolicyThatEndedAFailureIsInTheTimeline() {
    fail(6, "shop");
    ticker.advance(Duration.ofSeconds(1));
    further = List.of(policy("shop", "allow-dns", ticker.now()));
    ticker.advance(Duration.ofSeconds(2));
    report(PathState.GOOD, "shop");
    assertEquals(PolicySight.WHILE_FAILING, state.timeline().policies());
    String recovery = state.timeline().entries().getLast().text();
    assertTrue(
        recovery.contains(", 2 s after NetworkPolicy shop/allow-dns was applied by kubectl"),
        recovery);
  }

  @Test
  void aClusterInWhichNothingFailsIsNotRead() {
    report(PathState.GOOD, "shop");
    assertEquals(0, readings);
  }

  @Test
  void policiesThatAreNotEnforcedAreFoundWhileNothingFails() {
    for (int i = 0; i < 12; i++) {
      report(List.of(vantage("shop", PathState.GOOD)), List.of(finding(Code.NOT_ENFORCED)));
      ticker.advance(REPORTS);
    }
    assertEquals(1, findings(Code.NOT_ENFORCED).size(), state.diagnosis().findings()::toString);
    assertEquals(1, readings, "it costs few lists");
  }

  @Test
  void aProxyIsFoundWhileNothingFails() {
    report(List.of(vantage("shop", PathState.GOOD)), List.of(finding(Code.INTERCEPTED)));
    ticker.advance(Duration.ofSeconds(30));
    report(List.of(vantage("shop", PathState.GOOD)), List.of(finding(Code.INTERCEPTED)));
    assertEquals(1, findings(Code.INTERCEPTED).size(), state.diagnosis().findings()::toString);
    assertEquals(0, readings);
  }

  @Test
  void theOthersOfManyFailingNamespacesHaveFindingsToo() {
    String[] names = IntStream.range(0, 53).mapToObj(i -> "n" + i).toArray(String[]::new);
    fail(4, names);
    assertEquals(FailureView.NAMESPACES, denied().size());
    assertEquals(
        53 - FailureView.NAMESPACES,
        findings(Code.UNEXPLAINED).size(),
        state.diagnosis().findings()::toString);
  }

  @Test
  void aStepOfTheWallClockForgetsNothing() {
    fail(6, "shop");
    Instant since = denied().getFirst().since();
    ticker.setClock(Duration.ofHours(2));
    assertEquals(1, state.current(), "the agent reports");
    assertEquals(1, state.overview().paths().size());
    fail(1, "shop");
    assertEquals(since.plus(Duration.ofHours(2)), denied().getFirst().since());
    assertFalse(
        state.timeline().entries().getLast().text().contains(" h"), "it is as old as before");
  }

  @Test
  void aStepBackDoesNotHideThatAnAgentIsSilent() {
    report(PathState.GOOD, "shop");
    ticker.setClock(Duration.ofHours(-1));
    ticker.advance(Duration.ofSeconds(31));
    assertEquals(0, state.current());
    assertEquals(NodeRow.Presence.SILENT, state.overview().nodes().getFirst().presence());
    ticker.advance(Duration.ofMinutes(10));
    assertEquals(NodeRow.Presence.NO_AGENT, state.overview().nodes().getFirst().presence());
  }

  /** A failure may last for days, in which tenants edit their policies. */
  @Test
  void policiesThatWereReplacedAreForgotten() {
    fail(1, "shop");
    WeakReference<NetworkPolicy> first = new WeakReference<>(latest.policies().getFirst());
    fail(2, "shop");
    assertEquals(1, denied().size());
    applied = applied.plusSeconds(1);
    fail(3, "shop");
    assertEquals(1, denied().size());
    assertForgotten(first);
  }

  private List<Finding> denied() {
    return findings(Code.EGRESS_DENIED);
  }

  private List<Finding> findings(Code code) {
    return state.diagnosis().findings().stream().filter(finding -> finding.code() == code).toList();
  }

  /** Lets some reports come in which these namespaces get no response. */
  private void fail(int reports, String... namespaces) {
    for (int i = 0; i < reports; i++) {
      report(PathState.UNANSWERED, namespaces);
      ticker.advance(REPORTS);
    }
  }

  private void report(PathState paths, String... namespaces) {
    report(List.of(namespaces).stream().map(name -> vantage(name, paths)).toList(), List.of());
  }

  private void report(List<ReportedVantage> vantages, List<ReportedFinding> findings) {
    state.add(SampleReports.of("node-a", vantages, findings), Optional.empty());
    state.explain();
  }

  private static ReportedVantage vantage(String namespace, PathState state) {
    return new ReportedVantage(
        namespace,
        "web",
        "web-1",
        "default-deny",
        true,
        List.of(
            state == PathState.UNANSWERED
                ? ClusterFindingsOfReportsTest.UNANSWERED
                : SampleReports.path(state)));
  }

  private static ReportedFinding finding(Code code) {
    return new ReportedFinding(
        code,
        new Finding.Subject(List.of("shop"), List.of("shop/web-1"), List.of(), List.of()),
        Finding.Confidence.OBSERVED,
        Duration.ofSeconds(30),
        "It is so.",
        List.of(),
        List.of(),
        Optional.empty());
  }

  private NamespaceReader.Reading read(Set<String> namespaces, Set<String> again) {
    if (namespaces.isEmpty()) {
      return new NamespaceReader.Reading(ClusterView.EMPTY, Optional.empty());
    }
    readings++;
    Map<String, Labels> labels = new HashMap<>();
    namespaces.forEach(name -> labels.put(name, Labels.NONE));
    List<Pod> all =
        namespaces.stream()
            .map(name -> PodBuilder.pod(name, "web-1").on("node-a").build())
            .toList();
    List<NetworkPolicy> policies = new ArrayList<>(further);
    namespaces.forEach(name -> policies.add(policy(name, "default-deny", applied)));
    latest =
        new ClusterView(
            labels,
            all,
            List.of(),
            policies,
            Optional.empty(),
            List.of(),
            OtherPolicies.NONE,
            OptionalInt.empty(),
            Gaps.NONE,
            Declarations.NONE);
    return new NamespaceReader.Reading(latest, Optional.empty());
  }

  private static NetworkPolicy policy(String namespace, String name, Instant changed) {
    return new NetworkPolicy(
        namespace,
        name,
        LabelSelector.EVERYTHING,
        Optional.empty(),
        Optional.of(
            name.equals("allow-dns")
                ? List.of(new NetworkPolicy.Rule(List.of(), List.of()))
                : List.of()),
        new Origin(Optional.of("kubectl"), changed, Optional.empty()));
  }
}
