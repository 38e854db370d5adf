package io.github.dnsonde.diagnosis;

import static io.github.dnsonde.testkit.SampleTrials.CACHED_SERVFAIL;
import static io.github.dnsonde.testkit.SampleTrials.NO_CONNECTION;
import static io.github.dnsonde.testkit.SampleTrials.NXDOMAIN;
import static io.github.dnsonde.testkit.SampleTrials.SERVFAIL;
import static io.github.dnsonde.testkit.SampleTrials.SILENCE;
import static io.github.dnsonde.testkit.SampleTrials.SMALL;
import static io.github.dnsonde.testkit.SampleTrials.TRUNCATED;
import static io.github.dnsonde.testkit.SampleTrials.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialQuestion.Kind;
import io.github.dnsonde.probe.TrialResult;
import io.github.dnsonde.probe.TrialStreak;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleTrials;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrialFindingsTest {

  private static final Trial LARGE = SampleTrials.trial(Kind.LARGE, "shop");
  private static final Trial FRESH = SampleTrials.trial(Kind.FRESH, "shop");

  @Test
  void tcpThatIsDeniedLeavesApplicationsWithoutAnAnswer() {
    Finding finding = only(fourTimes(LARGE, TRUNCATED, WHOLE, NO_CONNECTION));
    assertEquals(Code.LARGE_ANSWERS_FAIL, finding.code());
    assertEquals(
        "The answer of kube-dns (10.96.0.10) for large.example.com. A is truncated over UDP, and"
            + " the query over TCP fails (timeout). Applications get no answer. Allow TCP port 53"
            + " next to UDP port 53, in policies and firewalls on the path.",
        finding.sentence());
    assertEquals(
        List.of(
            "From shop to kube-dns, at 12:00:00Z: UDP with EDNS size 1232 answered, truncated, 45"
                + " octets, 20 ms; UDP with EDNS size 4096 answered, 2446 octets, 20 ms; TCP"
                + " timeout (waiting for the connection), 20 ms."),
        finding.evidence());
    assertEquals(List.of("shop"), finding.subject().namespaces());
    assertEquals(List.of(Transport.UDP, Transport.TCP), finding.subject().transports());
    assertTrue(finding.code().hurts());
  }

  @Test
  void aConnectionThatOpensIsNotBlocked() {
    Finding finding = only(fourTimes(LARGE, TRUNCATED, WHOLE, SILENCE));
    assertEquals(Code.LARGE_ANSWERS_FAIL, finding.code());
    assertTrue(finding.sentence().contains("TCP port 53 is not blocked"), finding::sentence);
  }

  @ParameterizedTest
  @MethodSource("endsOfOpenConnections")
  void aConnectionThatEndsWithoutAnAnswerWasNotBlocked(Reply end) {
    Finding finding = only(twice(LARGE, TRUNCATED, WHOLE, end));
    assertEquals(Code.LARGE_ANSWERS_FAIL, finding.code());
    assertTrue(finding.sentence().contains("TCP port 53 is not blocked"), finding::sentence);
    assertFalse(finding.sentence().contains("Allow TCP"), finding::sentence);
  }

  private static List<Reply> endsOfOpenConnections() {
    return List.of(
        new Reply.StreamEnded(0), new Reply.ConnectionReset(), new Reply.Malformed("odd octets"));
  }

  @Test
  void fragmentsThatAreDropped() {
    Finding finding = only(fourTimes(LARGE, TRUNCATED, SILENCE, WHOLE));
    assertEquals(Code.FRAGMENTS_LOST, finding.code());
    assertTrue(finding.sentence().contains("fragments are dropped on the path"), finding::sentence);
    assertFalse(finding.code().hurts(), "libraries of applications do not rely on fragments");
  }

  @Test
  void aDatagramThatIsLostWhileOthersArrive() {
    List<TrialStreak> lost = fourTimes(LARGE, SILENCE, SILENCE, WHOLE);
    assertEquals(Code.LARGE_ANSWERS_FAIL, only(lost).code());
    assertEquals(
        List.of(), TrialFindings.of(lost, List.of()), "without other answers UDP may be blocked");
  }

  @Test
  void anAnswerThatIsNotTruncated() {
    Finding fits = only(twice(LARGE, SMALL, SMALL, SMALL));
    assertEquals(Code.LARGE_ANSWER_NOT_CUT, fits.code());
    assertTrue(fits.sentence().contains("Choose a name with a larger answer"), fits::sentence);
    Finding oversized = only(twice(LARGE, WHOLE, WHOLE, WHOLE));
    assertEquals(Code.LARGE_ANSWER_NOT_CUT, oversized.code());
    assertTrue(oversized.sentence().contains("ignores the EDNS size"), oversized::sentence);
    Finding cut = only(twice(LARGE, SMALL, WHOLE, WHOLE));
    assertEquals(Code.LARGE_ANSWERS_FAIL, cut.code());
    assertTrue(cut.sentence().contains("without the TC bit"), cut::sentence);
  }

  @Test
  void oneResultMayBeChance() {
    for (Reply[] replies :
        List.of(
            new Reply[] {TRUNCATED, WHOLE, NO_CONNECTION},
            new Reply[] {TRUNCATED, SILENCE, WHOLE},
            new Reply[] {SILENCE, SILENCE, WHOLE})) {
      assertEquals(List.of(), findings(List.of(streak(LARGE, replies))));
    }
    assertEquals(List.of(), findings(List.of(streak(FRESH, SERVFAIL, SMALL))));
    assertEquals(List.of(), findings(List.of(streak(FRESH, SMALL, SERVFAIL))));
  }

  /** A link that loses one packet in ten yields two such results in a row every two hours. */
  @Test
  void threeLostPacketsMayBeChance() {
    for (Reply[] replies :
        List.of(
            new Reply[] {TRUNCATED, WHOLE, SILENCE},
            new Reply[] {TRUNCATED, SILENCE, WHOLE},
            new Reply[] {SILENCE, SILENCE, WHOLE})) {
      assertEquals(List.of(), findings(times(3, LARGE, replies)));
      assertEquals(1, findings(fourTimes(LARGE, replies)).size());
    }
    assertEquals(List.of(), findings(times(3, FRESH, SMALL, SILENCE)));
    assertEquals(Code.FRESH_NAMES_FAIL, only(fourTimes(FRESH, SMALL, SILENCE)).code());
  }

  @Test
  void anErrorIsNoLostPacket() {
    Reply refused = new Reply.ConnectionRefused();
    assertEquals(Code.LARGE_ANSWERS_FAIL, only(twice(LARGE, TRUNCATED, WHOLE, refused)).code());
  }

  @Test
  void aFailureThatTheServerHasFromItsCache() {
    Finding finding = only(List.of(streak(FRESH, CACHED_SERVFAIL, SMALL)));
    assertEquals(Code.CACHED_FAILURE, finding.code());
    assertEquals(Confidence.LIKELY, finding.confidence());
    assertEquals(
        "The answer of kube-dns (10.96.0.10) for large.example.com. A is servfail, while a fresh"
            + " name below it is answered: the failure comes from a cache. Its cause is gone, and"
            + " applications see it until it expires: after 5 s in CoreDNS by default, and after 5"
            + " minutes at most (RFC 9520).",
        finding.sentence());
    assertTrue(finding.evidence().getFirst().contains("(extended error 13 (Cached Error))"));
  }

  @Test
  void aFailureOfAServerThatDoesNotSaySoIsPossiblyCached() {
    Finding servfail = only(twice(FRESH, SERVFAIL, SMALL));
    assertEquals(Code.CACHED_FAILURE, servfail.code());
    assertEquals(Confidence.POSSIBLE, servfail.confidence());
    assertTrue(servfail.sentence().contains("may come from a cache"), servfail::sentence);
  }

  /** Of two upstream servers, one may refuse at once. */
  @Test
  void aFastFailureIsNotSurelyCached() {
    TrialStreak fast = TrialStreak.begin(fast(SERVFAIL), TrialResult.CACHED_FAILS);
    assertEquals(List.of(), findings(List.of(fast)));
    Finding repeated = only(List.of(fast.then(fast.latest(), fast.result())));
    assertEquals(Confidence.POSSIBLE, repeated.confidence());
  }

  /** RFC 9520 allows five minutes. */
  @Test
  void aFailureThatLastsForLongerThanACacheMayKeepItIsNotCached() {
    for (Reply failure : List.of(SERVFAIL, CACHED_SERVFAIL)) {
      assertEquals(1, findings(List.of(lasting(Duration.ofMinutes(5), failure))).size());
      assertEquals(List.of(), findings(List.of(lasting(Duration.ofMinutes(6), failure))));
    }
  }

  @Test
  void theNameItselfMayHaveNoRecord() {
    Reply nodata = new Reply.Answered(0, false, List.of(), 45);
    for (Reply nothing : List.of(NXDOMAIN, nodata)) {
      Finding finding = only(List.of(lasting(Duration.ofHours(2), nothing)));
      assertEquals(Confidence.POSSIBLE, finding.confidence());
      assertTrue(finding.sentence().contains("the name itself has no record"), finding::sentence);
      assertTrue(finding.sentence().contains("negative TTL"), finding::sentence);
    }
  }

  private static TrialStreak lasting(Duration age, Reply failure) {
    TrialStreak streak = streak(FRESH, failure, SMALL);
    return new TrialStreak(streak.latest(), streak.result(), 6, SampleTrials.NOON.minus(age));
  }

  /** The name itself fails after 1 ms, the fresh one is answered after 20 ms. */
  private static TrialOutcome fast(Reply failure) {
    TrialOutcome usual = SampleTrials.outcome(FRESH, failure, SMALL);
    Probe name = usual.outcomes().getFirst().probe();
    return new TrialOutcome(
        FRESH,
        usual.at(),
        List.of(SampleOutcomes.replied(name, 1, failure), usual.outcomes().getLast()));
  }

  @Test
  void aCacheThatHidesAFailure() {
    Finding finding = only(twice(FRESH, SMALL, SERVFAIL));
    assertEquals(Code.FRESH_NAMES_FAIL, finding.code());
    assertTrue(finding.sentence().contains("fails (servfail): the way past the caches fails"));
  }

  /** The commonest mistake: the name has a record of its own, which hides the wildcard above it. */
  @Test
  void aFreshNameWithoutARecordDoesNotBlameTheUpstreamAlone() {
    Reply nodata = new Reply.Answered(0, false, List.of(), 45);
    for (Reply nothing : List.of(NXDOMAIN, nodata)) {
      Finding finding = only(twice(FRESH, SMALL, nothing));
      assertEquals(Code.FRESH_NAMES_FAIL, finding.code());
      assertEquals(Confidence.POSSIBLE, finding.confidence());
      assertTrue(finding.sentence().contains("no wildcard record answers"), finding::sentence);
      assertFalse(finding.sentence().contains("the way past the caches"), finding::sentence);
    }
    assertEquals(Confidence.LIKELY, only(twice(FRESH, SMALL, SERVFAIL)).confidence());
  }

  @Test
  void namespacesWithTheSameServerShareAFinding() {
    Trial other = SampleTrials.trial(Kind.LARGE, "pay");
    List<TrialStreak> both =
        Stream.concat(
                fourTimes(LARGE, TRUNCATED, SILENCE, WHOLE).stream(),
                fourTimes(other, TRUNCATED, SILENCE, WHOLE).stream())
            .toList();
    assertEquals(List.of("pay", "shop"), only(both).subject().namespaces());
    List<TrialStreak> denied =
        Stream.concat(
                fourTimes(LARGE, TRUNCATED, WHOLE, NO_CONNECTION).stream(),
                fourTimes(other, TRUNCATED, WHOLE, NO_CONNECTION).stream())
            .toList();
    assertEquals(2, findings(denied).size(), "each namespace has policies of its own");
  }

  /** The answers of a proxy say nothing about the servers. */
  @Test
  void theDiagnosisContainsTheFindings() {
    List<TrialStreak> trials = fourTimes(LARGE, TRUNCATED, WHOLE, NO_CONNECTION);
    assertEquals(1, diagnosed(trials, Set.of()).size());
    assertEquals(0, diagnosed(trials, Set.of(LARGE.vantage())).size());
  }

  private static List<Finding> diagnosed(List<TrialStreak> trials, Set<Vantage> intercepted) {
    return new Diagnoser(_ -> "")
        .into(
            new DiagnosisInput(
                List.of(),
                List.of(),
                List.of(),
                trials,
                List.of(),
                List.of(),
                ClusterView.EMPTY,
                NodeCache.NONE,
                intercepted,
                SampleTrials.NOON))
        .findings();
  }

  private static List<Finding> findings(List<TrialStreak> trials) {
    return TrialFindings.of(trials, good());
  }

  private static Finding only(List<TrialStreak> trials) {
    List<Finding> findings = findings(trials);
    assertEquals(1, findings.size(), findings::toString);
    return findings.getFirst();
  }

  private static TrialStreak streak(Trial trial, Reply... replies) {
    TrialOutcome outcome = SampleTrials.outcome(trial, replies);
    return TrialStreak.begin(outcome, outcome.result().orElseThrow());
  }

  private static List<TrialStreak> twice(Trial trial, Reply... replies) {
    return times(2, trial, replies);
  }

  private static List<TrialStreak> fourTimes(Trial trial, Reply... replies) {
    return times(4, trial, replies);
  }

  private static List<TrialStreak> times(int length, Trial trial, Reply... replies) {
    TrialStreak first = streak(trial, replies);
    return List.of(new TrialStreak(first.latest(), first.result(), length, first.since()));
  }

  private static List<Streak> good() {
    List<Probe> probes = SampleOutcomes.eightProbes(SampleOutcomes.vantage("shop"));
    return probes.stream().map(probe -> Streak.begin(SampleOutcomes.good(probe, 1))).toList();
  }
}
