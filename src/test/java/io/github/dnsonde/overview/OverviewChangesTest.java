package io.github.dnsonde.overview;

import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.FindingIds;
import io.github.dnsonde.report.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that a reader of the stream gets of the findings what it lacks, and no more. */
class OverviewChangesTest {

  @Test
  void aFindingThatDiffersIsSentAlone() {
    Overview before = overview(finding("a", 3, 10), finding("b", 3, 10), finding("c", 3, 10));
    Overview now = overview(finding("a", 3, 11), finding("b", 4, 11), finding("c", 3, 11));
    OverviewChanges changes = OverviewChanges.between(before, now);
    assertEquals(List.of(now.findings().get(1)), List.copyOf(changes.findings().values()));
    assertEquals(Optional.empty(), changes.findingOrder());
  }

  /** The name stays the same, although the sentence and the nodes have changed. */
  @Test
  void aFindingThatIsGoneLeavesTheOrder() {
    Overview before = overview(finding("a", 3, 10), finding("b", 3, 10));
    Overview now = overview(finding("b", 5, 10));
    OverviewChanges changes = OverviewChanges.between(before, now);
    String b = FindingIds.of(before.findings()).lastEntry().getKey();
    assertEquals(List.of(b), List.copyOf(changes.findings().keySet()));
    assertEquals(Optional.of(List.of(b)), changes.findingOrder());
    assertFalse(changes.isEmpty());
  }

  /** Each report in an incident has more failures. */
  @ParameterizedTest
  @CsvSource({"192, 193, true", "192, 383, true", "192, 384, false", "0, 0, true", "0, 1, false"})
  void aCounterIsADifferenceOnceItHasDoubled(int before, int now, boolean same) {
    assertEquals(
        same,
        OverviewChanges.between(overview(finding("a", 3, before)), overview(finding("a", 3, now)))
            .isEmpty());
  }

  /** The reader still has the first number, however slowly the others follow. */
  @Test
  void aNumberThatGrowsSlowlyIsSentAtLast() {
    Overview known = overview(finding("a", 3, 100));
    int sent = 0;
    for (int failures = 110; failures <= 200; failures += 10) {
      Overview now = overview(Stream.of(finding("a", 3, failures), finding("b" + failures, 3, 1)));
      OverviewChanges changes = OverviewChanges.between(known, now);
      sent += changes.findings().values().contains(now.findings().getFirst()) ? 1 : 0;
      known = changes.known();
    }
    assertEquals(1, sent);
  }

  /** Ports and addresses are no counters. */
  @Test
  void anotherNumberInTheEvidenceIsADifference() {
    Finding one = finding("a", 3, 10);
    for (String other : List.of("Missing: UDP port 54.", "Missing: UDP port 53 to 10.96.0.10.")) {
      Overview now = overview(one.supportedBy(List.of(one.evidence().getFirst(), other)));
      assertFalse(OverviewChanges.between(overview(one), now).isEmpty(), other);
    }
  }

  @Test
  void timesAreNoDifference() {
    Finding one = finding("a", 3, 10);
    Finding later =
        one.supportedBy(
                one.evidence().stream()
                    .map(text -> text.replace("12:00:00Z", "12:00:01Z"))
                    .toList())
            .clockSet(Duration.ofSeconds(1));
    assertTrue(OverviewChanges.between(overview(one), overview(later)).isEmpty());
  }

  @Test
  void findingsWithTheSameCauseHaveTheirOwnNames() {
    Finding one = finding("a", 3, 10);
    assertEquals(2, FindingIds.of(List.of(one, one)).size());
  }

  private static Finding finding(String namespace, int nodes, int failures) {
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of(namespace),
            List.of(namespace + "/web"),
            List.of("kube-dns"),
            List.of(),
            IntStream.range(0, nodes).mapToObj(node -> "node-" + node).toList()),
        Finding.Confidence.LIKELY,
        NOON,
        "NetworkPolicy deny would deny DNS, on " + nodes + " of 9 nodes that run its pods.",
        List.of(
            "Seen on the wire since 12:00:00Z: timeout (" + failures + ").",
            "Missing: UDP port 53."),
        List.of(namespace + "/deny"),
        Optional.empty());
  }

  private static Overview overview(Finding... findings) {
    return overview(Stream.of(findings));
  }

  private static Overview overview(Stream<Finding> findings) {
    return new Overview(
        "cluster", NOON, List.of(), List.of(), findings.toList(), List.of(), Usage.NONE, 0);
  }
}
