package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleReports;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Findings that only agents make, from one that may be somebody else. */
class BeliefTest {

  private static final String PROBED = SampleOutcomes.KUBE_DNS.name();

  /** All pods are on one node. */
  private static final class OneNode implements Placement {
    @Override
    public Optional<String> nodeOf(NamespacedName pod) {
      return Optional.of("node-a");
    }

    @Override
    public boolean hasPods(String namespace, String node) {
      return namespace.equals("shop");
    }
  }

  @Test
  void aFindingOfAnAgentIsAboutANamespaceOrAServerOfItsNode() {
    assertEquals(1, believed(finding(Code.LOOKUP_FAILS, List.of("shop"), List.of())).size());
    assertEquals(0, believed(finding(Code.LOOKUP_FAILS, List.of("pay"), List.of())).size());
    assertEquals(0, believed(finding(Code.LOOKUP_FAILS, List.of(), List.of(PROBED))).size());
    assertEquals(1, believed(finding(Code.CACHED_FAILURE, List.of(), List.of(PROBED))).size());
    assertEquals(0, believed(finding(Code.CACHED_FAILURE, List.of(), List.of("x"))).size());
    assertEquals(0, believed(finding(Code.CACHED_FAILURE, List.of(), List.of())).size());
    assertEquals(1, believed(finding(Code.SERVER_DOWN, List.of(), List.of("x"))).size());
  }

  @Test
  void itsTextsAreShort() {
    ReportedFinding kept =
        believed(finding(Code.LOOKUP_FAILS, List.of("shop"), List.of())).getFirst();
    assertEquals(1_000, kept.sentence().length());
    assertEquals(3, kept.evidence().size());
    assertEquals(1_000, kept.evidence().getFirst().length());
    assertEquals(20, kept.subject().pods().size());
    assertEquals(List.of(), kept.policies());
    assertEquals(Optional.empty(), kept.suggestedPolicy());
  }

  /** A controller explains failures itself: of a thousand agents, texts would fill its heap. */
  @Test
  void ofWhatTheControllerFindsItselfNoTextIsKept() {
    ReportedFinding kept =
        believed(finding(Code.EGRESS_DENIED, List.of("shop"), List.of(PROBED))).getFirst();
    assertEquals(List.of("shop"), kept.subject().namespaces());
    assertEquals(List.of(), kept.subject().pods());
    assertEquals("", kept.sentence());
    assertEquals(List.of(), kept.evidence());
    assertEquals(List.of(), kept.policies());
    assertEquals(Optional.empty(), kept.suggestedPolicy());
    assertEquals(
        List.of("shop/web-1"),
        believed(finding(Code.INTERCEPTED, List.of("shop"), List.of())).getFirst().subject().pods(),
        "only the node can notice which pods");
  }

  @Test
  void theEvidenceOfANodeIsLimited() {
    ReportedFinding one = finding(Code.LOOKUP_FAILS, List.of("shop"), List.of());
    List<ReportedFinding> kept = believed(Collections.nCopies(20, one));
    assertEquals(20, kept.size());
    assertEquals(
        Belief.EVIDENCE / 3_000,
        kept.stream().filter(finding -> !finding.evidence().isEmpty()).count());
  }

  private static List<ReportedFinding> believed(ReportedFinding finding) {
    return believed(List.of(finding));
  }

  private static List<ReportedFinding> believed(List<ReportedFinding> findings) {
    return new Belief("node-a", new OneNode())
        .in(
            SampleReports.of(
                "node-a", List.of(SampleReports.vantage("shop", "-", PathState.GOOD)), findings))
        .report()
        .findings();
  }

  private static ReportedFinding finding(Code code, List<String> namespaces, List<String> servers) {
    String longest = "a".repeat(4_000);
    return new ReportedFinding(
        code,
        new Finding.Subject(
            namespaces, Collections.nCopies(2_000, "shop/web-1"), servers, List.of()),
        Finding.Confidence.LIKELY,
        Duration.ofSeconds(9),
        longest,
        Collections.nCopies(50, longest),
        List.of("shop/x"),
        Optional.of("apiVersion: v1"));
  }
}
