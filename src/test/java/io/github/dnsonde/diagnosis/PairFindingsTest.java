package io.github.dnsonde.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.PairLosses;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairFindingsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void theFindingHasBothCountsAndTheRemedies() {
    Finding finding = PairFindings.of(List.of(losses(120, 24, 0))).getFirst();
    assertEquals(Code.PARALLEL_QUERIES_LOST, finding.code());
    assertEquals(NOON, finding.since());
    assertEquals(List.of("kube-dns"), finding.subject().servers());
    assertTrue(finding.sentence().contains("in 24 of 120 cases"), finding::sentence);
    assertTrue(finding.sentence().contains("at the same time, in 0."), finding::sentence);
    for (String remedy : List.of("NodeLocal DNSCache", "single-request-reopen", "use-vc")) {
      assertTrue(finding.sentence().contains(remedy), finding::sentence);
    }
    assertTrue(finding.code().hurts());
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 19, 0, 0", // heads nineteen times: once in half a million
    "1000, 20, 0, 1",
    "1000, 50, 10, 1",
    "1000, 35, 15, 0", // once in 300
    "100000, 6000, 4000, 0", // certain, but less than twice as many
    "10, 10, 0, 0"
  })
  void theEvidenceMustBeStrong(int compared, int lost, int lostFromTwo, int findings) {
    assertEquals(findings, PairFindings.of(List.of(losses(compared, lost, lostFromTwo))).size());
  }

  @Test
  void theProbabilityIsThatOfACoin() {
    assertEquals(1, PairFindings.tail(0, 0), 1e-9);
    assertEquals(0.5, PairFindings.tail(1, 1), 1e-9);
    assertEquals(56.0 / 1024, PairFindings.tail(10, 8), 1e-9);
    assertEquals(Math.pow(0.5, 40), PairFindings.tail(40, 40), 1e-18);
    assertEquals(1, PairFindings.tail(10_000, 0), 1e-6);
  }

  /** A thousand half hours of a link that loses one packet in five. */
  @Test
  void aLossyLinkIsNotTheReason() {
    Random random = new Random(1);
    for (int trial = 0; trial < 1_000; trial++) {
      PairLosses losses = losses(random, 700, 0.2, 0.2);
      assertEquals(List.of(), PairFindings.of(List.of(losses)), losses::toString);
    }
  }

  /** A hundred half hours of a race that loses one reply in twenty pairs, on such a link. */
  @Test
  void aRaceOnALossyLinkIsFound() {
    Random random = new Random(2);
    for (int trial = 0; trial < 100; trial++) {
      PairLosses losses = losses(random, 700, 0.10, 0.02);
      assertEquals(1, PairFindings.of(List.of(losses)).size(), losses::toString);
    }
  }

  private static PairLosses losses(Random random, int compared, double lost, double lostFromTwo) {
    int one = 0;
    int two = 0;
    for (int i = 0; i < compared; i++) {
      one += losesOne(random, lost) ? 1 : 0;
      two += losesOne(random, lostFromTwo) ? 1 : 0;
    }
    return losses(compared, one, two);
  }

  private static boolean losesOne(Random random, double probability) {
    boolean first = random.nextDouble() < probability;
    boolean second = random.nextDouble() < probability;
    return first != second;
  }

  private static PairLosses losses(int compared, int lost, int lostFromTwo) {
    return new PairLosses(
        SampleOutcomes.vantage("shop"), SampleOutcomes.KUBE_DNS, NOON, compared, lost, lostFromTwo);
  }
}
