package io.github.dnsonde.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanaryFindingsTest {

  @Test
  void theServerAndItsAddressAreNamed() {
    Probe probe =
        SampleOutcomes.probe(
            SampleOutcomes.vantage("shop"),
            SampleOutcomes.KUBE_DNS,
            "example.com.",
            Scope.EXTERNAL,
            Transport.UDP);
    Outcome outcome =
        SampleOutcomes.replied(
            probe,
            1,
            new Reply.Answered(
                0, false, List.of(new Answer("example.com.", "A", "203.0.113.7")), 60));
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
}
