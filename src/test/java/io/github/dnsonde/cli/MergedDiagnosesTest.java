package io.github.dnsonde.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.FindingsJson;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answers of several agents, as the kubectl plugin pipes them. */
class MergedDiagnosesTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void oneCauseOnTwoNodesIsOneFindingThatNamesBoth() throws IOException {
    Finding first = denied("payments/default-deny", "payments/web-1", NOON);
    Finding second = denied("payments/default-deny", "payments/web-2", NOON.minusSeconds(30));
    Diagnosis merged = merged(answer("n1", first) + answer("n2", second));
    Finding only = merged.findings().getFirst();
    assertEquals(1, merged.findings().size());
    assertEquals(List.of("n1", "n2"), only.subject().nodes());
    assertEquals(List.of("payments/web-1", "payments/web-2"), only.subject().pods());
    assertEquals(Duration.ofSeconds(30), Duration.between(only.since(), NOON));
    assertEquals(Optional.of("kind: NetworkPolicy"), only.suggestedPolicy());
  }

  @Test
  void differentPoliciesAreDifferentFindings() throws IOException {
    Diagnosis merged =
        merged(
            answer("n1", denied("payments/a", "payments/web-1", NOON))
                + answer("n2", denied("payments/b", "payments/web-2", NOON)));
    assertEquals(
        List.of(List.of("n1"), List.of("n2")),
        merged.findings().stream().map(finding -> finding.subject().nodes()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{\"node\": \"n1\"}", "{\"node\": \"n1\", \"diagnosis\": 3}", "x"})
  void anythingElseIsAnError(String input) {
    assertThrows(IOException.class, () -> merged(input));
  }

  private static Diagnosis merged(String input) throws IOException {
    return MergedDiagnoses.of(FindingsJson.readNodes(new StringReader(input)));
  }

  private static String answer(String node, Finding finding) throws IOException {
    StringWriter json = new StringWriter();
    FindingsJson.writePretty(new Diagnosis(List.of(finding), List.of()), json);
    return "{\"node\": \"" + node + "\", \"diagnosis\": " + json + "}\n";
  }

  private static Finding denied(String policy, String pod, Instant since) {
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of("payments"), List.of(pod), List.of("kube-dns"), List.of(Transport.UDP)),
        Finding.Confidence.LIKELY,
        since,
        "NetworkPolicy " + policy + " isolates these pods.",
        List.of(pod + " gets no response."),
        List.of(policy),
        Optional.of("kind: NetworkPolicy"));
  }
}
