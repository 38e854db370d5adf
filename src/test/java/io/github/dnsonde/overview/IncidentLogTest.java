package io.github.dnsonde.overview;

import static io.github.dnsonde.cluster.ClusterResource.DISCOVERY;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IncidentLogTest {

  private static final NetworkPolicy DENY = policy("default-deny", NOON.plusSeconds(60));
  private static final NetworkPolicy ALLOW = policy("allow-dns", NOON.plusSeconds(180));

  private final IncidentLog log = new IncidentLog(PolicySight.ALWAYS);

  @Test
  void anIncidentFromThePolicyToTheRecovery() {
    take(0, List.of());
    take(62, List.of(), DENY);
    take(66, List.of(found(64, 1)), DENY);
    take(70, List.of(found(64, 3)), DENY);
    take(182, List.of(found(64, 3)), DENY, ALLOW);
    take(185, List.of(), DENY, ALLOW);
    assertEquals(
        """
        12:01:00 policy NetworkPolicy shop/default-deny was applied by kubectl.
        12:01:04 failure First failure of what is found below, 4 s after NetworkPolicy shop/default-deny was applied by kubectl.
        12:01:06 finding It is denied. (egress_denied, likely, 2 s after the first failure)
        12:01:10 spread Spread from 1 to 3 nodes, among them node2, node3.
        12:03:00 policy NetworkPolicy shop/allow-dns was applied by kubectl.
        12:03:05 recovery Recovered from egress_denied, 5 s after NetworkPolicy shop/allow-dns was applied by kubectl. It lasted 2 min 1 s and concerned 3 nodes in the end.
        """,
        text(185));
  }

  @Test
  void aChangedAndARemovedPolicy() {
    take(0, List.of(), policy("a", NOON.minusSeconds(90_000)));
    take(62, List.of(), policy("a", NOON.plusSeconds(61)));
    take(70, List.of());
    assertEquals(
        """
        12:01:01 policy NetworkPolicy shop/a was changed by kubectl.
        12:01:10 policy NetworkPolicy shop/a was removed.
        """,
        text(70));
  }

  /** The clock of the API server may be ahead. */
  @Test
  void aChangeInTheFutureIsListedWhenItIsSeen() {
    take(0, List.of());
    take(5, List.of(), DENY);
    assertEquals(
        "12:00:05 policy NetworkPolicy shop/default-deny was applied by kubectl.\n", text(5));
  }

  /** A policy of a namespace whose pods left the node is not known to be removed. */
  @Test
  void aPolicyThatIsNoLongerSeenIsNotRemoved() {
    take(0, List.of(), policy("a", NOON.minusSeconds(90_000)));
    log.take(ClusterView.EMPTY, List.of(), NOON.plusSeconds(10));
    assertEquals("", text(10));
    take(20, List.of(), policy("a", NOON.plusSeconds(15)));
    assertEquals("12:00:15 policy NetworkPolicy shop/a was changed by kubectl.\n", text(20));
  }

  /** The time since which such policies are as they are is not known. */
  @Test
  void changesOfPoliciesOfOtherKinds() {
    others(0, foreign("old", "1"));
    others(1, foreign("old", "1"), foreign("new", "1"));
    others(2, foreign("old", "2"), foreign("new", "1"));
    others(3, foreign("old", "2"));
    assertEquals(
        """
        12:00:01 policy CiliumNetworkPolicy.cilium.io shop/new was applied.
        12:00:02 policy CiliumNetworkPolicy.cilium.io shop/old was changed.
        12:00:03 policy CiliumNetworkPolicy.cilium.io shop/new was removed.
        """,
        text(3));
  }

  /** Policies become known and unknown with the views of a cluster. */
  @Test
  void whatBecomesKnownOrUnknownIsNoChange() {
    others(0, foreign("old", "1"));
    log.take(ClusterView.EMPTY, List.of(), NOON.plusSeconds(1));
    others(2, foreign("old", "2"), foreign("new", "1"));
    others(3, ForeignPolicy.possible(CILIUM));
    others(4, foreign("old", "2"));
    log.take(
        view().with(new Gaps(Map.of(DISCOVERY, "away"), Set.of(), Map.of(), List.of(), List.of())),
        List.of(),
        NOON.plusSeconds(5));
    others(6, foreign("old", "3"));
    assertEquals("", text(6));
  }

  @Test
  void aPolicyOfTheWholeClusterConcernsTheNamespacesThatItSelects() {
    others(0);
    others(1, ofCluster("shop"), ofCluster("elsewhere"));
    assertEquals("12:00:01 policy CiliumNetworkPolicy.cilium.io of-shop was applied.\n", text(1));
  }

  /** A finding at the start began before: the timeline says since when it is complete. */
  @Test
  void theTimelineStatesSinceWhenItIsComplete() {
    assertEquals(NOON, log.timeline("cluster", NOON).completeFrom());
    take(5, List.of(found(-100, 1)));
    assertEquals(NOON.plusSeconds(5), log.timeline("cluster", NOON.plusSeconds(9)).completeFrom());
    assertTrue(text(9).startsWith("11:58:20 failure First failure"), text(9));
  }

  /** The present policies explain a failure that began before this process. */
  @Test
  void aRecentChangeFromBeforeTheStartIsListed() {
    take(100, List.of(found(64, 1)), DENY);
    assertEquals(
        """
        12:01:00 policy NetworkPolicy shop/default-deny was applied by kubectl.
        12:01:04 failure First failure of what is found below, 4 s after NetworkPolicy shop/default-deny was applied by kubectl.
        12:01:40 finding It is denied. (egress_denied, likely, 36 s after the first failure)
        12:01:40 lasting Not over after 36 s: It is denied.
        """,
        text(100));
  }

  @Test
  void aFindingThatListsItsFirstNodesOnlySpreads() {
    take(0, List.of());
    take(5, List.of(firstNode(2)));
    take(10, List.of(firstNode(4)));
    assertTrue(text(10).contains(" spread Spread from 2 to 4 nodes.\n"), text(10));
  }

  private static Finding firstNode(int nodes) {
    Finding finding = found(4, nodes);
    return finding.about(finding.subject().first(1));
  }

  static Stream<Finding.Code> spreading() {
    return Stream.of(Finding.Code.values())
        .filter(code -> code.hurts() && code != Finding.Code.NODE_POLICY_DIFFERS);
  }

  @ParameterizedTest
  @MethodSource("spreading")
  void eachDoublingOfTheNodesIsALine(Finding.Code code) {
    take(0, List.of(found(code, 0, 1)));
    IntStream.rangeClosed(2, 256).forEach(nodes -> take(nodes, List.of(found(code, 0, nodes))));
    assertEquals(
        List.of("failure", "finding", "spread", "lasting"),
        text(256).lines().map(line -> line.split(" ", 3)[1]).distinct().toList());
    assertEquals(8, text(256).lines().filter(line -> line.contains(" spread ")).count());
  }

  /**
   * Some nodes' pods may be isolated by more policies than others', and each cause is a finding.
   */
  @Test
  void twoCausesInOneNamespaceAreOneIncident() {
    Finding one = found(0, 3);
    Finding other = denied(List.of("shop/default-deny", "shop/web"), "Two deny it.");
    IntStream.rangeClosed(0, 100).forEach(second -> take(second, List.of(one, other)));
    take(101, List.of(one));
    take(102, List.of());
    assertEquals(
        """
        12:00:00 failure First failure of what is found below.
        12:00:00 finding It is denied. Two deny it. (egress_denied, likely, 0 s after the first failure)
        12:01:41 spread The finding is now: It is denied.
        12:01:42 recovery Recovered from egress_denied. It lasted 102 s and concerned 3 nodes in the end.
        """,
        text(102));
  }

  /** A class of pods for each pod would make a cause for each. */
  @Test
  void theSentencesOfAnIncidentAreBounded() {
    take(
        0,
        IntStream.range(0, 500)
            .mapToObj(i -> denied(List.of("shop/policy-" + i), "Policy " + i + " denies it."))
            .toList());
    assertTrue(text(0).contains("There are 497 more causes."), text(0));
  }

  /** Nodes that differ from others do so for reasons of their own. */
  @Test
  void eachNodeThatDiffersIsAnIncidentOfItsOwn() {
    Finding first = found(Finding.Code.NODE_POLICY_DIFFERS, 0, 1);
    take(0, List.of(first));
    take(1, List.of(found(Finding.Code.NODE_POLICY_DIFFERS, 0, 2)));
    assertEquals(1, text(1).lines().filter(line -> line.contains(" recovery ")).count());
  }

  @Test
  void eventsOfMoreThanADayAgoAreForgotten() {
    take(0, List.of());
    take(62, List.of(), DENY);
    assertEquals(1, text(62).lines().count());
    int day = (int) IncidentLog.KEPT.toSeconds();
    take(day + 61, List.of(), DENY);
    assertEquals("", text(day + 61));
    assertEquals(NOON.plusSeconds(61), log.timeline("", NOON.plusSeconds(day + 61)).completeFrom());
  }

  /** Tenants may change policies at any rate. */
  @Test
  void theNumberOfEventsIsBounded() {
    int many = IncidentLog.ENTRIES + 500;
    IntStream.range(0, many).forEach(i -> take(i, List.of(), policy("p", NOON.plusSeconds(i))));
    Timeline timeline = log.timeline("cluster", NOON.plusSeconds(many));
    assertEquals(IncidentLog.ENTRIES, timeline.entries().size());
    assertEquals(NOON.plusSeconds(499), timeline.completeFrom());
  }

  /** A cause may concern all namespaces of a large cluster. */
  @Test
  void theNamesOfAllEventsAreBounded() {
    List<String> names = IntStream.range(0, 5_000).mapToObj(i -> "namespace-" + i).toList();
    take(0, List.of());
    for (int i = 1; i < 30; i++) {
      Finding wide =
          new Finding(
              Finding.Code.SERVER_DOWN,
              new Finding.Subject(names, List.of(), List.of("s" + i), List.of(Transport.UDP)),
              Finding.Confidence.LIKELY,
              NOON.plusSeconds(i),
              "It is down.",
              List.of(),
              List.of(),
              Optional.empty());
      take(i, List.of(wide));
      take(i, List.of());
    }
    Timeline timeline = log.timeline("cluster", NOON.plusSeconds(30));
    assertEquals(IncidentLog.NAMES / 5_000, timeline.entries().size());
    assertTrue(timeline.completeFrom().isAfter(NOON), "the beginning is missing");
  }

  /** An outage that began before the time to look back must not look like peace. */
  @Test
  void anOutageThatLastsIsListedWheneverItBegan() {
    take(0, List.of(found(0, 1)));
    Timeline hour =
        log.timeline("cluster", NOON.plusSeconds(10_000)).of("shop", Duration.ofHours(1));
    assertEquals(
        List.of("Not over after 2 h 46 min: It is denied."),
        hour.entries().stream().map(IncidentEntry::text).toList());
  }

  /** Findings that do not hurt are no incident. */
  @Test
  void onlyFindingsThatHurtAreIncidents() {
    Finding exempt =
        new Finding(
            Finding.Code.NOT_ENFORCED,
            found(0, 1).subject(),
            Finding.Confidence.OBSERVED,
            NOON,
            "It is exempt.",
            List.of(),
            List.of(),
            Optional.empty());
    take(0, List.of(exempt));
    assertEquals("", text(0));
  }

  @Test
  void timesFollowTheClock() {
    take(0, List.of());
    take(62, List.of(), DENY);
    log.clockSet(Duration.ofHours(1));
    assertEquals(
        "13:01:00 policy NetworkPolicy shop/default-deny was applied by kubectl.\n", text(3_662));
  }

  private static final PolicyKind CILIUM = new PolicyKind("cilium.io", "CiliumNetworkPolicy", true);

  private void others(int second, ForeignPolicy... policies) {
    ClusterView without = view();
    log.take(
        new ClusterView(
            without.namespaces(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            new OtherPolicies(Set.of(CILIUM), List.of(policies)),
            OptionalInt.empty()),
        List.of(),
        NOON.plusSeconds(second));
  }

  private static ForeignPolicy foreign(String name, String revision) {
    return ForeignPolicy.unread(CILIUM, Optional.of("shop"), Optional.of(name)).revised(revision);
  }

  private static ForeignPolicy ofCluster(String namespace) {
    LabelSelector selector = new LabelSelector(Map.of(Labels.NAMESPACE_NAME, namespace), List.of());
    return new ForeignPolicy(
        CILIUM,
        Optional.empty(),
        Optional.of("of-" + namespace),
        ForeignPolicy.Rank.BESIDE,
        Set.of(),
        Set.of(),
        new ForeignPolicy.Subject(List.of(LabelSelector.EVERYTHING), List.of(selector)));
  }

  private void take(int second, List<Finding> findings, NetworkPolicy... policies) {
    log.take(view(policies), findings, NOON.plusSeconds(second));
  }

  private String text(int second) {
    return log
        .timeline("cluster", NOON.plusSeconds(second))
        .of("shop", Duration.ofHours(24))
        .entries()
        .stream()
        .map(
            entry ->
                entry.at().toString().substring(11, 19)
                    + " "
                    + entry.kind().label()
                    + " "
                    + entry.text()
                    + "\n")
        .collect(joining());
  }

  private static Finding found(int since, int nodes) {
    return found(Finding.Code.EGRESS_DENIED, since, nodes);
  }

  private static Finding denied(List<String> policies, String sentence) {
    Finding found = found(0, 1);
    return new Finding(
        found.code(),
        found.subject(),
        found.confidence(),
        found.since(),
        sentence,
        List.of(),
        policies,
        Optional.empty());
  }

  private static Finding found(Finding.Code code, int since, int nodes) {
    return new Finding(
        code,
        new Finding.Subject(
            List.of("shop"),
            List.of(),
            List.of("kube-dns"),
            List.of(Transport.UDP),
            IntStream.rangeClosed(1, nodes).mapToObj(i -> "node" + i).toList()),
        Finding.Confidence.LIKELY,
        NOON.plusSeconds(since),
        "It is denied.",
        List.of(),
        List.of("shop/default-deny"),
        Optional.empty());
  }

  private static NetworkPolicy policy(String name, Instant changed) {
    return new NetworkPolicy(
        "shop",
        name,
        LabelSelector.EVERYTHING,
        Optional.empty(),
        Optional.of(List.of()),
        new Origin(Optional.of("kubectl"), changed, Optional.empty()));
  }

  private static ClusterView view(NetworkPolicy... policies) {
    return new ClusterView(
        Map.of("shop", new Labels(Map.of())),
        List.of(),
        List.of(),
        List.of(policies),
        Optional.empty(),
        List.of(),
        OtherPolicies.NONE,
        OptionalInt.empty());
  }
}
