package io.github.dnsonde.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.LookupStreak;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleLookups;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleTrials;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LookupFindingsTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Vantage SHOP = SampleOutcomes.vantage("shop");
  private static final Lookup LOOKUP = SampleLookups.lookup(SHOP, ResolverKind.GLIBC);

  @Test
  void theCostOfTheSearchListIsNamed() {
    Finding finding = only(findings(streak(new Result.Found("example.com."), 1), good()));
    assertEquals(Code.SEARCH_LIST_COST, finding.code());
    assertEquals(
        "A lookup of example.com costs 6 queries in shop with glibc: ndots:5 and 2 search"
            + " domains. A final dot, or ndots:1, makes it 2.",
        finding.sentence());
    assertTrue(finding.evidence().getLast().contains("example.com.svc.cluster.local. A nxdomain"));
    assertEquals(false, finding.code().hurts());
  }

  @Test
  void aSearchDomainThatAnswersForEveryNameIsNamed() {
    LookupStreak streak = streak(new Result.Found("example.com.svc.cluster.local."), 1);
    Finding finding = only(findings(streak, good()));
    assertEquals(Code.SEARCH_DOMAIN_ANSWERS, finding.code());
    assertTrue(
        finding.sentence().contains("The search domain svc.cluster.local. has this name"),
        finding::sentence);
    assertEquals(List.of(), findings(streak, List.of()), "the name exists in the domain alone");
  }

  /** With TCP, each type of the last name takes two queries. */
  @Test
  void aTruncatedAnswerCostsAsMuchWithoutTheSearchList() {
    LookupOutcome usual = SampleLookups.outcome(LOOKUP, NOON, new Result.Found("example.com."));
    List<Step> repeated =
        usual.steps().subList(4, 6).stream()
            .map(step -> SampleLookups.step(step.probe(), Transport.TCP, SampleTrials.SMALL))
            .toList();
    Finding finding = only(findings(LookupStreak.begin(with(usual, repeated)), good()));
    assertTrue(finding.sentence().contains("costs 8 queries"), finding::sentence);
    assertTrue(finding.sentence().endsWith("makes it 4."), finding::sentence);
  }

  @Test
  void whatALostReplyCostsIsNotTheSearchLists() {
    LookupOutcome usual = SampleLookups.outcome(LOOKUP, NOON, new Result.Found("example.com."));
    Step lost =
        SampleLookups.step(usual.steps().getFirst().probe(), Transport.UDP, SampleTrials.SILENCE);
    assertEquals(List.of(), findings(LookupStreak.begin(with(usual, List.of(lost))), good()));
  }

  private static LookupOutcome with(LookupOutcome outcome, List<Step> more) {
    return new LookupOutcome(
        outcome.lookup(),
        outcome.at(),
        outcome.duration(),
        Stream.concat(outcome.steps().stream(), more.stream()).toList(),
        outcome.result());
  }

  /** A short name is looked up with the search list, and does not exist without it. */
  @Test
  void aNameThatMustNotExistIsNotAnsweredByItself() {
    Question question =
        new Question(
            "example.com.",
            RecordType.A,
            Transport.UDP,
            Scope.INTERNAL,
            new Expectation.NoSuchName());
    assertNothingIsFound(question, SampleTrials.NXDOMAIN);
  }

  @Test
  void aRecordOfAnotherTypeIsNoAddress() {
    Question question =
        new Question(
            "example.com.", RecordType.TXT, Transport.UDP, Scope.EXTERNAL, Expectation.ANY_RECORD);
    Answer record = new Answer("example.com.", "TXT", "text");
    assertNothingIsFound(question, new Reply.Answered(0, false, List.of(record), 60));
  }

  private static void assertNothingIsFound(Question question, Reply reply) {
    Probe probe = new Probe(SHOP, LOOKUP.servers().getFirst(), question, true);
    List<Streak> right = List.of(Streak.begin(SampleOutcomes.replied(probe, 1, reply)));
    assertEquals(0, right.getFirst().failures());
    LookupStreak elsewhere = streak(new Result.Found("example.com.svc.cluster.local."), 1);
    assertEquals(List.of(), findings(elsewhere, right));
    LookupStreak failed = streak(new Result.Failed(Reason.NODATA, 1), 3);
    assertEquals(List.of(), findings(failed, right));
  }

  /** Some resolvers give an address for every name, also for the root. */
  @Test
  void anAddressOfTheRootEndsNowhereElse() {
    Lookup root =
        new Lookup(SHOP, ".", LOOKUP.kind(), LOOKUP.servers(), LOOKUP.settings(), List.of());
    Question question = Probes.question(".", Transport.UDP);
    Probe probe = new Probe(SHOP, LOOKUP.servers().getFirst(), question, true);
    List<Streak> answered = List.of(Streak.begin(SampleOutcomes.good(probe, 1)));
    LookupOutcome found =
        new LookupOutcome(root, NOON, Optional.empty(), List.of(), new Result.Found("."));
    assertEquals(List.of(), findings(LookupStreak.begin(found), answered));
  }

  @Test
  void lookupsThatFailWhileTheNameIsAnswered() {
    Finding finding = only(findings(streak(new Result.Failed(Reason.SERVFAIL, 1), 2), good()));
    assertEquals(Code.LOOKUP_FAILS, finding.code());
    assertTrue(
        finding
            .sentence()
            .startsWith(
                "Lookups of example.com fail in shop with glibc (servfail:"
                    + " example.com.shop.svc.cluster.local. A over UDP), although"),
        finding::sentence);
    assertEquals(NOON, finding.since());
  }

  @Test
  void oneFailureOrAFailingNameIsNotAFinding() {
    assertEquals(List.of(), findings(streak(new Result.Failed(Reason.TIMEOUT, 1), 1), good()));
    List<Streak> failing =
        good().stream()
            .map(streak -> streak.then(SampleOutcomes.timeout(streak.latest().probe())))
            .toList();
    assertEquals(List.of(), findings(streak(new Result.Failed(Reason.TIMEOUT, 1), 3), failing));
  }

  private static List<Finding> findings(LookupStreak lookup, List<Streak> streaks) {
    return new LookupFindings(List.of(lookup), streaks).findings();
  }

  private static Finding only(List<Finding> findings) {
    assertEquals(1, findings.size(), findings::toString);
    return findings.getFirst();
  }

  private static LookupStreak streak(Result result, int length) {
    LookupStreak streak = LookupStreak.begin(SampleLookups.outcome(LOOKUP, NOON, result));
    for (int i = 1; i < length; i++) {
      streak = streak.then(SampleLookups.outcome(LOOKUP, NOON.plusSeconds(i), result));
    }
    return streak;
  }

  private static List<Streak> good() {
    List<Probe> probes = SampleOutcomes.eightProbes(SHOP);
    return probes.stream().map(probe -> Streak.begin(SampleOutcomes.good(probe, 1))).toList();
  }
}
