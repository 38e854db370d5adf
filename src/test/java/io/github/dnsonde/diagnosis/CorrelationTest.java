package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.diagnosis.DiagnosedNode.asking;
import static io.github.dnsonde.diagnosis.DiagnosedNode.at;
import static io.github.dnsonde.diagnosis.DiagnosedNode.by;
import static io.github.dnsonde.diagnosis.DiagnosedNode.in;
import static io.github.dnsonde.diagnosis.DiagnosedNode.over;
import static io.github.dnsonde.diagnosis.DiagnosedNode.policy;
import static io.github.dnsonde.diagnosis.DiagnosedNode.to;
import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Paths that fail together have one cause: the rows of the table of failure modes, in order. */
class CorrelationTest {

  private static final NetworkPolicy DENY =
      policy("payments", "default-deny", changed(NOON.minusSeconds(4)));
  private static final PathAssessment DENIED = new PathAssessment.Denied(List.of(DENY), List.of());

  @Test
  void aHealthyNodeHasNoFinding() {
    assertEquals(List.of(), new DiagnosedNode().findings());
  }

  @Test
  void oneLostPacketIsNoFinding() {
    assertEquals(
        List.of(),
        new DiagnosedNode()
            .fail(
                in("shop").and(at(KUBE_DNS)).and(over(Transport.UDP)).and(scope(Scope.EXTERNAL)),
                SampleOutcomes::timeout,
                1)
            .findings());
  }

  @Test
  void aNamespaceThatItsPoliciesWouldDeny() {
    Finding finding =
        only(
            new DiagnosedNode()
                .with(DENY)
                .fail(in("payments"), SampleOutcomes::timeout)
                .say(asking("payments"), DENIED));
    assertEquals(
        """
        egress_denied likely [payments] [kube-dns, node-local-dns] [UDP, TCP]
        NetworkPolicy default-deny isolates pods of namespace payments and would deny DNS to kube-dns (10.96.0.10) over UDP and TCP and node-local-dns (169.254.20.10) over UDP and TCP: no rule allows it.
        Seen on the wire since 12:00:00Z: timeout (16).
        Missing: UDP and TCP port 53 to the pods of kube-dns.
        Missing: UDP and TCP port 53 to the block 169.254.20.10/32, an address of the node, which no podSelector matches.
        Answered by the same servers on this node: namespaces analytics and shop.
        NetworkPolicy payments/default-deny was changed by kubectl at 11:59:56Z, 4 s before the first failure.
        """,
        text(finding));
    assertEquals(List.of("payments/default-deny"), finding.policies());
    assertEquals(Optional.of("fix of payments"), finding.suggestedPolicy());
    assertEquals(List.of("payments/web-1"), finding.subject().pods());
  }

  @Test
  void theCacheForgotten() {
    assertEquals(
        "egress_denied likely [payments] [node-local-dns] [UDP, TCP]",
        head(
            new DiagnosedNode()
                .fail(in("payments").and(at(NODE_LOCAL)), SampleOutcomes::timeout)
                .say(asking("payments").and(to(NODE_LOCAL)), DENIED)));
  }

  @Test
  void tcpForgotten() {
    assertEquals(
        "egress_denied likely [payments] [kube-dns] [TCP]",
        head(
            new DiagnosedNode()
                .fail(
                    in("payments").and(at(KUBE_DNS)).and(over(Transport.TCP)),
                    SampleOutcomes::timeout)
                .say(asking("payments").and(to(KUBE_DNS)).and(by(Transport.TCP)), DENIED)));
  }

  @Test
  void aDoubtMakesTheFindingOnlyPossible() {
    assertEquals(
        "egress_denied possible [payments] [kube-dns, node-local-dns] [UDP, TCP]",
        head(
            new DiagnosedNode()
                .fail(in("payments"), SampleOutcomes::timeout)
                .say(
                    asking("payments"),
                    new PathAssessment.Denied(List.of(DENY), List.of("Others may decide.")))));
  }

  @Test
  void theSourceOfThePolicyIsReported() {
    NetworkPolicy kept =
        policy(
            "payments",
            "default-deny",
            new Origin(
                Optional.of("argocd-controller"),
                NOON.minusSeconds(3_600),
                Optional.of("Argo CD application payments")));
    Finding finding =
        only(
            new DiagnosedNode()
                .with(kept)
                .fail(in("payments"), SampleOutcomes::timeout)
                .say(asking("payments"), new PathAssessment.Denied(List.of(kept), List.of())));
    assertEquals(
        "NetworkPolicy payments/default-deny comes from Argo CD application payments: change it"
            + " there, for what is applied by hand will be put back.",
        finding.evidence().getLast());
    assertTrue(
        finding.evidence().stream().noneMatch(each -> each.contains("was changed")),
        "an hour before is too long ago");
  }

  @Test
  void aPolicyThatWasRemoved() {
    NetworkPolicy gone = policy("payments", "allow-dns", changed(NOON.minusSeconds(3_600)));
    assertTrue(
        text(only(
                new DiagnosedNode()
                    .without(new PolicyDeletion(gone, NOON.minusSeconds(3)))
                    .fail(in("payments"), SampleOutcomes::timeout)
                    .say(asking("payments"), DENIED)))
            .contains(
                "NetworkPolicy payments/allow-dns was removed at 11:59:57Z, 3 s before the first"
                    + " failure."));
  }

  @Test
  void policiesThatAreNotEnforced() {
    NetworkPolicy old = policy("payments", "default-deny", changed(NOON.minusSeconds(3_600)));
    assertEquals(
        "not_enforced observed [payments] [kube-dns, node-local-dns] [UDP, TCP]",
        head(
            new DiagnosedNode()
                .say(asking("payments"), new PathAssessment.Denied(List.of(old), List.of()))));
  }

  @Test
  void notEnforcedIsNotReportedIfAnotherKindMayAllowIt() {
    NetworkPolicy old = policy("payments", "default-deny", changed(NOON.minusSeconds(3_600)));
    assertEquals(
        List.of(),
        new DiagnosedNode()
            .say(
                asking("payments"),
                new PathAssessment.Denied(List.of(old), List.of("A Calico policy may allow it.")))
            .findings());
  }

  @Test
  void notEnforcedSinceThePolicyExists() {
    Instant applied = NOON.minusSeconds(90);
    NetworkPolicy old = policy("payments", "default-deny", changed(applied));
    Finding finding =
        only(
            new DiagnosedNode()
                .say(asking("payments"), new PathAssessment.Denied(List.of(old), List.of())));
    assertEquals(applied, finding.since());
  }

  @Test
  void aChangeOfAPolicyThatDeniesNothingIsNotCited() {
    NetworkPolicy other = policy("payments", "allow-dns", changed(NOON.minusSeconds(3)));
    Finding finding =
        only(new DiagnosedNode().with(other).fail(in("payments"), SampleOutcomes::timeout));
    assertEquals(Finding.Code.UNEXPLAINED, finding.code());
    assertTrue(
        finding.evidence().stream().noneMatch(each -> each.contains("was changed")),
        finding::toString);
  }

  @Test
  void thePoliciesOfTheServersPodsDenySome() {
    NetworkPolicy ingress = policy("kube-system", "dns-ingress", changed(NOON.minusSeconds(9)));
    Finding finding =
        only(
            new DiagnosedNode()
                .fail(in("payments").and(at(KUBE_DNS)), SampleOutcomes::timeout)
                .say(
                    to(KUBE_DNS).and(asking("payments")),
                    new PathAssessment.DeniedAtServer(List.of(ingress), List.of())));
    assertEquals(
        """
        ingress_denied likely [payments] [kube-dns] [UDP, TCP]
        NetworkPolicy dns-ingress isolates the pods of kube-dns (10.96.0.10) in namespace kube-system and would deny queries over UDP and TCP from namespace payments: no rule allows it, and no egress rule changes that.
        Seen on the wire since 12:00:00Z: timeout (8).
        It answers namespaces analytics and shop on this node.
        NetworkPolicy kube-system/dns-ingress was changed by kubectl at 11:59:51Z, 9 s before the first failure.
        """,
        text(finding));
  }

  @Test
  void anotherKindOfPolicyMayBeTheCauseIfAServerAnswersNobody() {
    Finding finding =
        only(
            new DiagnosedNode()
                .fail(at(KUBE_DNS), SampleOutcomes::timeout)
                .say(
                    to(KUBE_DNS),
                    new PathAssessment.Unclear(
                        List.of(), List.of("A GlobalNetworkPolicy may deny it."))));
    assertEquals(
        "server_down possible [analytics, payments, shop] [kube-dns] [UDP, TCP]", head(finding));
    assertTrue(finding.evidence().contains("A GlobalNetworkPolicy may deny it."));
  }

  @Test
  void lateAnswersAtTheEndOfAnOutageAreNoFinding() {
    assertEquals(
        List.of(),
        new DiagnosedNode()
            .fail(at(KUBE_DNS), SampleOutcomes::timeout)
            .fail(at(KUBE_DNS), probe -> SampleOutcomes.good(probe, 6_000))
            .findings());
  }

  @Test
  void eachFailureIsCountedUnderItsOwnReason() {
    Finding finding =
        only(
            new DiagnosedNode()
                .fail(in("payments").and(at(KUBE_DNS)), CorrelationTest::refused, 1)
                .fail(in("payments").and(at(KUBE_DNS)), SampleOutcomes::timeout, 3));
    assertTrue(
        finding
            .evidence()
            .contains(
                "Seen on the wire since 12:00:00Z: timeout (12), port_unreachable (2),"
                    + " connection_refused (2)."),
        finding::toString);
  }

  @Test
  void aNewPolicyMayTakeTimeToApply() {
    NetworkPolicy young = policy("payments", "default-deny", changed(NOON.plusSeconds(290)));
    assertEquals(
        List.of(),
        new DiagnosedNode()
            .say(asking("payments"), new PathAssessment.Denied(List.of(young), List.of()))
            .findings());
  }

  /** The API server's clock is ahead of the node's: the policy would be recent for as long. */
  @Test
  void aPolicyFromTheFutureIsNotRecentIndefinitely() {
    NetworkPolicy ahead = policy("payments", "default-deny", changed(NOON.plusSeconds(10_000)));
    Finding finding =
        only(
            new DiagnosedNode()
                .say(asking("payments"), new PathAssessment.Denied(List.of(ahead), List.of())));
    assertEquals(Finding.Code.NOT_ENFORCED, finding.code());
  }

  @Test
  void aNamespaceAloneThatNoPolicyDenies() {
    assertEquals(
        "unexplained observed [payments] [kube-dns, node-local-dns] [UDP, TCP]",
        head(new DiagnosedNode().fail(in("payments"), SampleOutcomes::timeout)));
  }

  @Test
  void aSingleNamespaceWhosePoliciesOnlyTheEngineCanDecide() {
    Finding finding =
        only(
            new DiagnosedNode()
                .fail(in("payments"), SampleOutcomes::timeout)
                .say(
                    asking("payments"),
                    new PathAssessment.Unclear(List.of(), List.of("It is Cilium's to say."))));
    assertEquals(
        "policy_unclear possible [payments] [kube-dns, node-local-dns] [UDP, TCP]", head(finding));
    assertTrue(finding.evidence().contains("It is Cilium's to say."));
  }

  @Test
  void theCacheOfTheNodeIsDown() {
    assertEquals(
        "cache_down likely [analytics, payments, shop] [node-local-dns] [UDP, TCP]",
        head(new DiagnosedNode().fail(at(NODE_LOCAL), CorrelationTest::refused)));
  }

  @Test
  void aServerIsDown() {
    assertEquals(
        "server_down likely [analytics, payments, shop] [kube-dns] [UDP, TCP]",
        head(new DiagnosedNode().fail(at(KUBE_DNS), SampleOutcomes::timeout)));
  }

  @Test
  void theServiceHasNoEndpointsAndTheCacheCannotQueryItEither() {
    Finding finding =
        only(
            new DiagnosedNode()
                .withoutCoreDns()
                .fail(at(KUBE_DNS), CorrelationTest::refused)
                .fail(at(NODE_LOCAL), probe -> SampleOutcomes.servfail(probe, 1)));
    assertEquals(
        "no_endpoints likely [analytics, payments, shop] [kube-dns] [UDP, TCP]", head(finding));
    assertTrue(finding.evidence().contains("The kube-dns Service has 0 of 1 endpoints ready."));
  }

  @Test
  void thePoliciesOfTheServersPods() {
    NetworkPolicy ingress = policy("kube-system", "dns-ingress", changed(NOON.minusSeconds(9)));
    Finding finding =
        only(
            new DiagnosedNode()
                .fail(at(KUBE_DNS), SampleOutcomes::timeout)
                .say(to(KUBE_DNS), new PathAssessment.DeniedAtServer(List.of(ingress), List.of())));
    assertEquals(
        "ingress_denied likely [analytics, payments, shop] [kube-dns] [UDP, TCP]", head(finding));
    assertEquals(List.of("kube-system/dns-ingress"), finding.policies());
    assertEquals(Optional.of("fix at kube-dns"), finding.suggestedPolicy());
  }

  @Test
  void theWholeNode() {
    assertEquals(
        "node_cut_off likely [analytics, payments, shop] [kube-dns, node-local-dns] [UDP, TCP]",
        head(new DiagnosedNode().fail(_ -> true, SampleOutcomes::timeout)));
  }

  @Test
  void theWholeNodeExceptPodsThatAPolicyDenies() {
    assertEquals(
        List.of(
            "egress_denied likely [payments] [kube-dns, node-local-dns] [UDP, TCP]",
            "node_cut_off likely [analytics, shop] [kube-dns, node-local-dns] [UDP, TCP]"),
        heads(
            new DiagnosedNode()
                .fail(_ -> true, SampleOutcomes::timeout)
                .say(asking("payments"), DENIED)));
  }

  @Test
  void aSingleNamespaceLeavesADoubt() {
    assertEquals(
        List.of(
            "egress_denied likely [analytics] [kube-dns] [UDP, TCP]",
            "egress_denied likely [shop] [kube-dns] [UDP, TCP]",
            "unexplained observed [payments] [kube-dns] [UDP, TCP]"),
        heads(
            new DiagnosedNode()
                .fail(at(KUBE_DNS), SampleOutcomes::timeout)
                .say(to(KUBE_DNS).and(asking("payments").negate()), DENIED)));
  }

  @Test
  void answersOfAProxySayNothingAboutTheServers() {
    assertEquals(
        List.of("intercepted likely [payments] [kube-dns, node-local-dns] [UDP, TCP]"),
        heads(new DiagnosedNode().intercept("payments").say(asking("payments"), DENIED)));
  }

  @Test
  void silenceIsExplainedByPoliciesIfAProxyAnsweredBefore() {
    assertEquals(
        "egress_denied likely [payments] [kube-dns, node-local-dns] [UDP, TCP]",
        head(
            new DiagnosedNode()
                .intercept("payments")
                .fail(in("payments"), SampleOutcomes::timeout)
                .say(asking("payments"), DENIED)));
  }

  @Test
  void silentPathsAreExplainedNextToThoseThatAProxyAnswers() {
    assertEquals(
        List.of(
            "intercepted likely [payments] [kube-dns, node-local-dns] [UDP]",
            "egress_denied likely [payments] [kube-dns, node-local-dns] [TCP]"),
        heads(
            new DiagnosedNode()
                .intercept("payments")
                .fail(in("payments").and(over(Transport.TCP)), SampleOutcomes::timeout)
                .say(asking("payments"), DENIED)));
  }

  @Test
  void aProxysAnswerDoesNotShowThatTheServerIsAlive() {
    assertEquals(
        List.of(
            "intercepted likely [payments] [kube-dns, node-local-dns] [UDP, TCP]",
            "server_down likely [analytics, shop] [kube-dns] [UDP, TCP]"),
        heads(
            new DiagnosedNode()
                .intercept("payments")
                .fail(at(KUBE_DNS).and(in("payments").negate()), SampleOutcomes::timeout)));
  }

  @Test
  void aProxysWrongAnswersAreNotTheServers() {
    assertEquals(
        List.of("intercepted likely [payments] [kube-dns, node-local-dns] [UDP, TCP]"),
        heads(
            new DiagnosedNode()
                .intercept("payments")
                .fail(in("payments"), probe -> SampleOutcomes.servfail(probe, 4))));
  }

  @Test
  void oneTransportForEverybody() {
    assertEquals(
        "transport_blocked likely [analytics, payments, shop] [kube-dns] [TCP]",
        head(
            new DiagnosedNode()
                .fail(at(KUBE_DNS).and(over(Transport.TCP)), SampleOutcomes::timeout)));
  }

  @Test
  void servfailForExternalNamesAlone() {
    assertEquals(
        "upstream_fails likely [analytics, payments, shop] [kube-dns, node-local-dns] [UDP, TCP]",
        head(
            new DiagnosedNode()
                .fail(scope(Scope.EXTERNAL), probe -> SampleOutcomes.servfail(probe, 4_000))));
  }

  @Test
  void servfailForTheClustersOwnNames() {
    assertEquals(
        "server_fails likely [analytics, payments, shop] [kube-dns] [UDP, TCP]",
        head(new DiagnosedNode().fail(at(KUBE_DNS), probe -> SampleOutcomes.servfail(probe, 4))));
  }

  @Test
  void wrongAnswers() {
    assertEquals(
        "wrong_answers observed [analytics, payments, shop] [kube-dns] [UDP, TCP]",
        head(
            new DiagnosedNode()
                .fail(
                    at(KUBE_DNS),
                    probe ->
                        SampleOutcomes.replied(
                            probe, 1, new Reply.Answered(3, false, List.of(), 40)))));
  }

  /** Something else answers: then the policies that would deny it are not the cause. */
  @Test
  void answersToSomethingElse() {
    DiagnosedNode diagnosedNode =
        new DiagnosedNode()
            .with(DENY)
            .fail(in("payments").and(at(KUBE_DNS)), CorrelationTest::misunderstood);
    assertEquals(
        """
        wrong_answers observed [payments] [kube-dns] [UDP, TCP]
        Answers from kube-dns (10.96.0.10) are wrong: messages that answer something else.
        Seen on the wire since 12:00:00Z: timeout (8).
        """,
        text(only(diagnosedNode)));
    assertEquals(
        List.of(Finding.Code.NOT_ENFORCED, Finding.Code.WRONG_ANSWERS),
        diagnosedNode.say(asking("payments"), DENIED).findings().stream()
            .map(Finding::code)
            .toList());
  }

  private static Outcome misunderstood(Probe probe) {
    Outcome timeout = SampleOutcomes.timeout(probe);
    return new Outcome(
        probe,
        timeout.at(),
        timeout.duration(),
        timeout.local(),
        Ignored.one(Ignored.Why.NO_QUESTION),
        timeout.reply(),
        timeout.verdict());
  }

  @Test
  void lateAnswers() {
    assertEquals(
        "late_answers observed [analytics, payments, shop] [kube-dns] [UDP]",
        head(
            new DiagnosedNode()
                .fail(
                    at(KUBE_DNS).and(over(Transport.UDP)),
                    probe -> SampleOutcomes.good(probe, 6_000))));
  }

  private static Outcome refused(Probe probe) {
    return SampleOutcomes.replied(
        probe,
        1,
        probe.question().transport() == Transport.UDP
            ? new Reply.PortUnreachable()
            : new Reply.ConnectionRefused());
  }

  private static Predicate<Probe> scope(Scope scope) {
    return probe -> probe.question().scope() == scope;
  }

  private static Origin changed(Instant at) {
    return new Origin(Optional.of("kubectl"), at, Optional.empty());
  }

  private static Finding only(DiagnosedNode diagnosedNode) {
    List<Finding> findings = diagnosedNode.findings();
    assertEquals(1, findings.size(), findings::toString);
    return findings.getFirst();
  }

  private static String head(DiagnosedNode diagnosedNode) {
    return head(only(diagnosedNode));
  }

  private static List<String> heads(DiagnosedNode diagnosedNode) {
    return diagnosedNode.findings().stream().map(CorrelationTest::head).toList();
  }

  private static String head(Finding finding) {
    Finding.Subject subject = finding.subject();
    return String.join(
        " ",
        finding.code().label(),
        finding.confidence().label(),
        subject.namespaces().toString(),
        subject.servers().toString(),
        subject.transports().toString());
  }

  private static String text(Finding finding) {
    return head(finding)
        + "\n"
        + finding.sentence()
        + "\n"
        + String.join("\n", finding.evidence())
        + "\n";
  }
}
