package io.github.dnsonde.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CanaryFindingsTest {

  @Test
  void theServerAndItsAddressAreNamed() {
    Outcome outcome = wrongAddress();
    Finding finding = CanaryFindings.of(List.of(outcome)).getFirst();
    assertEquals(Code.NXDOMAIN_HIJACKED, finding.code());
    assertEquals(List.of("kube-dns"), finding.subject().servers());
    assertTrue(
        finding.sentence().contains("a random name below example.com. has 203.0.113.7."),
        finding::sentence);
    assertTrue(finding.sentence().contains("provider"), finding::sentence);
    assertFalse(finding.code().hurts());
    assertEquals(List.of(), CanaryFindings.of(List.of()));
  }

  /** A proxy that answers for all names is no fault of the server. */
  @Test
  void answersOfAProxySayNothingAboutTheServer() {
    Outcome outcome = wrongAddress();
    assertEquals(1, diagnosed(outcome, Set.of()).size());
    assertEquals(List.of(), diagnosed(outcome, Set.of(outcome.probe().vantage())));
  }

  private static List<Finding> diagnosed(Outcome outcome, Set<Vantage> intercepted) {
    return new Diagnoser(_ -> "")
        .into(
            new DiagnosisInput(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(outcome),
                List.of(),
                ClusterView.EMPTY,
                NodeCache.NONE,
                intercepted,
                SampleOutcomes.NOON))
        .findings();
  }

  private static Outcome wrongAddress() {
    Probe probe =
        SampleOutcomes.probe(
            SampleOutcomes.vantage("shop"),
            SampleOutcomes.KUBE_DNS,
            "example.com.",
            Scope.EXTERNAL,
            Transport.UDP);
    return SampleOutcomes.replied(
        probe,
        1,
        new Reply.Answered(0, false, List.of(new Answer("example.com.", "A", "203.0.113.7")), 60));
  }
}
