package io.github.dnsonde.merge;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.report.PathState;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The table of what a cluster sees that a node cannot. */
class ClusterFindingsTest {

  private static final Finding.Code LOOKUPS = Finding.Code.LOOKUP_FAILS;

  @Test
  void aHealthyClusterHasNoFinding() {
    assertEquals(List.of(), new SampleCluster(3).findings());
  }

  @Test
  void onePolicyIsOneFindingOverAllNodes() {
    Finding finding =
        only(new SampleCluster(12).deny("payments").state(PathState.UNANSWERED, "payments"));
    assertEquals(Finding.Code.EGRESS_DENIED, finding.code());
    assertEquals(
        "NetworkPolicy default-deny isolates pods of namespace payments and would deny DNS to"
            + " kube-dns (10.96.0.10) over UDP and TCP: no rule allows it, on 12 of 12 nodes that"
            + " run its pods.",
        finding.sentence());
    assertEquals(12, finding.subject().nodes().size());
    assertEquals(12, finding.subject().pods().size());
    assertEquals(List.of("payments/default-deny"), finding.policies());
    assertEquals(Optional.of("fix of payments"), finding.suggestedPolicy());
    assertEquals(
        List.of(
            "Seen on the wire since 11:59:00Z: timeout (192).",
            "Missing: UDP and TCP port 53 to the pods of kube-dns."),
        finding.evidence().subList(0, 2));
  }

  /** Neither a victim nor a witness: payments is cut off, and only web shows that DNS works. */
  @Test
  void pathsWithoutExpectedResponseAreNoEvidence() {
    Finding finding =
        only(
            new SampleCluster(3)
                .state(PathState.UNANSWERED, "payments")
                .state(PathState.EXPECTED, "shop"));
    assertEquals(Finding.Code.UNEXPLAINED, finding.code());
    assertTrue(
        finding.evidence().contains("Answered by the same servers on this node: namespace web.")
            || finding.evidence().stream().anyMatch(text -> text.endsWith("namespace web.")),
        finding::toString);
    assertEquals(
        List.of(), new SampleCluster(3).deny("shop").state(PathState.EXPECTED, "shop").findings());
  }

  @Test
  void declarationsThatAllAgentsReportAreOneFinding() {
    Finding finding =
        only(
            new SampleCluster(3)
                .deny("shop")
                .state(PathState.EXPECTED, "shop")
                .reports(Finding.Code.NO_DNS_DECLARED, "shop"));
    assertEquals("Pods of namespace shop: no_dns_declared.", finding.sentence());
    assertEquals(List.of("Namespace shop: no lookups."), finding.evidence());
    assertEquals(List.of("node1", "node2", "node3"), finding.subject().nodes());
    assertEquals(Optional.empty(), finding.suggestedPolicy(), "an agent suggests no policy");
    assertEquals(
        "Pods of namespace shop: dns_not_expected, on 3 of 3 nodes that run its pods.",
        only(new SampleCluster(3)
                .state(PathState.EXPECTED, "shop")
                .reports(Finding.Code.DNS_NOT_EXPECTED, "shop"))
            .sentence());
  }

  /** Reports have no outcomes of lookups, so that the controller cannot find it by itself. */
  @Test
  void whatOnlyAgentsFindIsOneFindingAfterTheCauses() {
    List<Finding> findings =
        new SampleCluster(3)
            .deny("shop")
            .state(PathState.UNANSWERED, "shop")
            .reports(Finding.Code.LARGE_ANSWERS_FAIL, "shop")
            .findings();
    assertEquals(
        List.of(Finding.Code.EGRESS_DENIED, Finding.Code.LARGE_ANSWERS_FAIL),
        findings.stream().map(Finding::code).toList());
    Finding large = findings.getLast();
    assertEquals(
        "Pods of namespace shop: large_answers_fail. Seen on 3 of 3 nodes that run its pods.",
        large.sentence());
    assertEquals(List.of("Namespace shop: no lookups."), large.evidence());
    assertEquals(List.of(), large.policies(), "an agent names no policy");
    assertEquals(Optional.empty(), large.suggestedPolicy(), "and suggests none");
    assertEquals(List.of(), new EventTexts("dnsonde").cutOff(large), "it is not cut off");
  }

  /** A controller cannot check it: the text of one agent must not replace that of the others. */
  @Test
  void ofWhatOnlyAgentsFindMostNodesDecide() {
    Finding finding =
        only(
            new SampleCluster(4)
                .says("node1", LOOKUPS, "shop", Duration.ofDays(9), "Zz: run this.", 50)
                .says("node1", LOOKUPS, "shop", Duration.ofDays(9), "Zz: run this.", 50)
                .says("node1", LOOKUPS, "shop", Duration.ofDays(9), "Zz: run this.", 50)
                .says("node2", LOOKUPS, "shop", Duration.ofSeconds(20), "Lookups fail.", 1)
                .says("node3", LOOKUPS, "shop", Duration.ofSeconds(30), "Lookups fail.", 1));
    assertEquals(
        "Lookups fail. Seen on node1, node2, node3 (3 of 4 nodes that run its pods).",
        finding.sentence());
    assertEquals(NOON.plusSeconds(61).minusSeconds(30), finding.since());
    assertEquals(
        List.of("One of node3.", "Two of node3.", "One of node2.", "There is 1 more observation."),
        finding.evidence());
    assertEquals(AgentFindings.NAMES, finding.subject().pods().size());
  }

  @Test
  void ofWhatOnlyAgentsFindTheNumberOfNodesIsThatOfAll() throws IOException {
    Finding finding = only(new SampleCluster(60).reports(LOOKUPS, "web"));
    assertEquals(AgentFindings.NAMES, finding.subject().nodes().size());
    assertEquals(60, finding.subject().nodeCount());
    StringWriter json = new StringWriter();
    FindingsJson.writeBrief(new Diagnosis(List.of(finding), List.of()), json);
    assertTrue(json.toString().contains("\"nodeCount\":60,"), json.toString());
    assertTrue(
        json.toString()
            .contains("It concerns probed pods on 60 nodes; at most 10 of each are listed."),
        json.toString());
  }

  /** A status or an explanation of a large cluster must stay readable, and shorter than 4 MiB. */
  @Test
  void ofWhatOnlyAgentsFindTheWorstIsKept() throws IOException {
    SampleCluster cluster = new SampleCluster(60).deny("shop");
    cluster.state(PathState.UNANSWERED, "shop");
    String longest = "a".repeat(1_000);
    for (int i = 0; i < AgentFindings.MOST + 10; i++) {
      cluster.says(
          "node1", Finding.Code.SEARCH_LIST_COST, "tenant-" + i, Duration.ZERO, longest + i, 60);
    }
    cluster.reports(LOOKUPS, "web").reports(Finding.Code.SEARCH_LIST_COST, "web");
    ClusterFindings.Found found = cluster.found();
    assertEquals(12, found.omitted());
    assertEquals(1 + AgentFindings.MOST, found.all().size());
    assertEquals(Finding.Code.EGRESS_DENIED, found.all().getFirst().code());
    assertEquals(LOOKUPS, found.all().get(1).code());
    assertTrue(
        found.all().stream().anyMatch(each -> each.subject().namespaces().contains("web")),
        "seen by most nodes");
    StringWriter json = new StringWriter();
    FindingsJson.write(new Diagnosis(found.all(), List.of()), json);
    assertTrue(json.toString().length() < 2 << 20, () -> json.toString().length() + " octets");
  }

  /** Its distance from the first failure is that of the node where it was noticed first. */
  @Test
  void aChangeIsEvidenceOnce() {
    Finding finding =
        only(
            new SampleCluster(3)
                .deny("payments")
                .state(PathState.UNANSWERED, "payments")
                .later("node1", 3)
                .later("node3", 7));
    assertEquals(
        List.of(
            "NetworkPolicy payments/default-deny was changed by kubectl at 11:58:56Z, 65 s before"
                + " the first failure."),
        finding.evidence().stream().filter(text -> text.contains("was changed")).toList());
  }

  @Test
  void aCauseOnFewNodesNamesThem() {
    Finding finding =
        only(
            new SampleCluster(12)
                .deny("payments")
                .state(PathState.UNANSWERED, "payments")
                .state(PathState.UNTESTED, "payments", names(3, 12)));
    assertTrue(
        finding.sentence().endsWith(", on node1, node2 (2 of 12 nodes that run its pods)."),
        finding.sentence());
  }

  @Test
  void twoNamespacesAreTwoCauses() {
    assertEquals(
        List.of("egress_denied [payments]", "egress_denied [shop]"),
        heads(
            new SampleCluster(3)
                .deny("payments")
                .deny("shop")
                .state(PathState.UNANSWERED, "payments")
                .state(PathState.UNANSWERED, "shop")));
  }

  /** The engine of node2 keeps rules from before the policy allowed everything. */
  @Test
  void aNodeThatDropsWhatPoliciesAllowDiffers() {
    Finding finding =
        only(
            new SampleCluster(2)
                .allow("payments")
                .state(PathState.UNANSWERED, "payments", "node2"));
    assertEquals(Finding.Code.NODE_POLICY_DIFFERS, finding.code());
    assertEquals(List.of("node2"), finding.subject().nodes());
    assertEquals(
        "Node node2 treats pods of namespace payments differently than other nodes: queries to"
            + " kube-dns over UDP and TCP get no response there, although the policies allow them."
            + " Look at the policy engine and the network of that node.",
        finding.sentence());
    assertEquals(
        List.of(
            "Seen on the wire since 11:59:00Z: timeout (16).",
            "Pods of the same class are treated as the policies say on node node1.",
            "The latest change of a policy there: NetworkPolicy payments/allow-all by kubectl at"
                + " 2026-11-22T11:58:50Z."),
        finding.evidence());
  }

  /** The engine of node2 has not learned of the policy that denies. */
  @Test
  void aNodeThatPassesWhatPoliciesDenyDiffers() {
    List<Finding> findings =
        new SampleCluster(3)
            .deny("payments")
            .state(PathState.UNANSWERED, "payments")
            .state(PathState.LATE, "payments", "node2")
            .findings();
    Finding differs =
        findings.stream()
            .filter(finding -> finding.code() == Finding.Code.NODE_POLICY_DIFFERS)
            .findFirst()
            .orElseThrow(() -> new AssertionError(findings));
    assertEquals(List.of("node2"), differs.subject().nodes());
    assertTrue(
        differs.sentence().contains("are answered there, although policies would deny them"),
        differs.sentence());
  }

  /** If most nodes drop it, the few others are the exception, and the cause is elsewhere. */
  @Test
  void mostNodesDoNotDiffer() {
    assertEquals(
        List.of("unexplained [payments]"),
        heads(
            new SampleCluster(5)
                .allow("payments")
                .state(PathState.UNANSWERED, "payments", names(1, 4))));
  }

  /** A class that runs on one node alone cannot be compared. */
  @Test
  void aNodeThatCannotBeComparedDoesNotDiffer() {
    assertEquals(
        List.of("unexplained [payments]"),
        heads(
            new SampleCluster(2)
                .allow("payments")
                .state(PathState.UNTESTED, "payments", "node1")
                .state(PathState.UNANSWERED, "payments", "node2")));
  }

  @Test
  void aServerThatFailsEverywhere() {
    Finding finding =
        only(new SampleCluster(4).noEndpoint().state(PathState.UNANSWERED, List.of(names(1, 4))));
    assertEquals(Finding.Code.NO_ENDPOINTS, finding.code());
    assertTrue(finding.sentence().endsWith(", on 4 of 4 nodes."), finding.sentence());
  }

  @Test
  void aServerThatFailsOnOneNode() {
    Finding finding = only(new SampleCluster(4).state(PathState.UNANSWERED, List.of("node3")));
    assertEquals(Finding.Code.SERVER_DOWN, finding.code());
    assertEquals(
        "kube-dns (10.96.0.10) answers nobody on node3 (1 of 4 nodes).", finding.sentence());
  }

  @Test
  void aZoneThatFailsTogether() {
    Finding finding =
        only(
            new SampleCluster(6)
                .zone("a", "node1", "node2", "node3")
                .zone("b", "node4", "node5", "node6")
                .state(PathState.UNANSWERED, List.of("node4", "node5", "node6")));
    assertEquals(
        "kube-dns (10.96.0.10) answers nobody on all 3 nodes of zone b and on no other.",
        finding.sentence());
  }

  /** One node of a zone that is answered shows that the zone is not the cause. */
  @Test
  void aZoneOfWhichOneNodeIsAnsweredIsNotNamed() {
    Finding finding =
        only(
            new SampleCluster(6)
                .zone("a", "node1", "node2", "node3")
                .zone("b", "node4", "node5", "node6")
                .state(PathState.UNANSWERED, List.of("node4", "node5")));
    assertEquals(
        "kube-dns (10.96.0.10) answers nobody on node4, node5 (2 of 6 nodes).", finding.sentence());
  }

  @Test
  void podsThatRunOnlyWithoutAnAgentAreNotSeen() {
    Finding finding =
        only(new SampleCluster(2).noAgent("win-1", "shop", "legacy").noAgent("win-2", "legacy"));
    assertEquals(Finding.Code.NO_AGENT, finding.code());
    assertEquals(List.of("legacy"), finding.subject().namespaces());
    assertEquals(List.of("win-1", "win-2"), finding.subject().nodes());
  }

  @Test
  void whatSilentAgentsSawLastIsMarked() {
    Finding finding =
        only(
            new SampleCluster(2)
                .receivedAt(NOON)
                .deny("payments")
                .state(PathState.UNANSWERED, "payments")
                .receivedAt(NOON.minusSeconds(10)));
    assertEquals(
        "2 agents have been silent for 71 s or more, so this may be over on their nodes.",
        finding.evidence().getLast());
  }

  @Test
  void servfailOfAllNodesIsOneFinding() {
    assertEquals(
        List.of("server_fails [payments, shop, web]"),
        heads(new SampleCluster(3).state(PathState.WRONG, List.of(names(1, 3)))));
  }

  private static String[] names(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> "node" + i).toArray(String[]::new);
  }

  private static Finding only(SampleCluster cluster) {
    List<Finding> findings = cluster.findings();
    assertEquals(1, findings.size(), findings::toString);
    return findings.getFirst();
  }

  private static List<String> heads(SampleCluster cluster) {
    return cluster.findings().stream()
        .map(finding -> finding.code().label() + " " + finding.subject().namespaces())
        .toList();
  }
}
