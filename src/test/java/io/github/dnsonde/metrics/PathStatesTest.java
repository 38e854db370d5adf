package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.plan;
import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static io.github.dnsonde.testkit.SampleOutcomes.replied;
import static io.github.dnsonde.testkit.SampleOutcomes.servfail;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.untested;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.NamespaceOwners;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PathStatesTest {

  private static final String UNANSWERED = "dnsonde_path_unanswered_seconds";
  private static final String RATIO = "dnsonde_path_unanswered_ratio";
  private static final String NODE = "dnsonde_server_unanswered_seconds";

  private final ManualTicker ticker = new ManualTicker();
  private final StreakFold fold = new StreakFold();
  private final Metrics metrics =
      new Metrics(
          new Metrics.Options(
              "1.2.3", "node-a", "node", Histograms.NATIVE, Detail.CORE, Duration.ofMinutes(2)),
          ticker);
  private final Probe shop = probe("shop");
  private final Probe pay = probe("pay");

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void nothingIsKnownUntilAResponseOrThreeQueriesWithoutOne() {
    metrics.plan(plan(shop));
    assertEquals(0, page().count(UNANSWERED));
    ended(timeout(shop), 10);
    ended(timeout(shop), 10);
    assertEquals(0, page().count(UNANSWERED));
    ended(timeout(shop), 10);
    assertEquals(Double.POSITIVE_INFINITY, page().value(UNANSWERED, "shop"));
    ended(good(shop, 1), 10);
    assertEquals(0, page().value(UNANSWERED, "shop"));
  }

  @Test
  void twoQueriesAreNoOutageHoweverLongTheyTook() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 0);
    ended(timeout(shop), 100);
    assertEquals(19, page().value(UNANSWERED, "shop"));
    ended(timeout(shop), 100);
    assertEquals(19, page().value(UNANSWERED, "shop"));
    ended(timeout(shop), 100);
    assertEquals(300, page().value(UNANSWERED, "shop"));
  }

  @Test
  void threeQueriesWithinTwoSecondsAreNoOutageYet() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 0);
    IntStream.range(0, 4).forEach(_ -> ended(timeout(shop), 0.5));
    assertEquals(2, page().value(UNANSWERED, "shop"));
  }

  @Test
  void aWrongAnswerIsAResponse() {
    metrics.plan(plan(shop));
    IntStream.range(0, 5).forEach(_ -> ended(servfail(shop, 1), 10));
    assertEquals(0, page().value(UNANSWERED, "shop"));
    assertEquals(1, page().value("dnsonde_server_servfail_vantages", "external"));
    assertEquals(0, page().value("dnsonde_server_servfail_vantages", "internal"));
    assertEquals(1, page().value("dnsonde_server_vantages"));
  }

  @Test
  void theWallClockDoesNotMatter() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 0);
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    ticker.setClock(Duration.ofHours(-3));
    metrics.sweep();
    assertEquals(30, page().value(UNANSWERED, "shop"));
  }

  @Test
  void anOutageIsNoPartialLoss() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 10);
    ended(timeout(shop), 10);
    assertEquals(0.5, page().value(RATIO, "shop"));
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    assertEquals(0, page().value(RATIO, "shop"));
    ended(good(shop, 1), 10);
    assertEquals(0, page().value(RATIO, "shop"));
  }

  @Test
  void aShareForgetsAfterTwoMinutes() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 10);
    ended(timeout(shop), 10);
    ended(good(shop, 1), 81);
    assertEquals(1.0 / 3, page().value(RATIO, "shop"), 1e-9);
    ticker.advance(Duration.ofSeconds(40));
    assertEquals(0, page().value(RATIO, "shop"));
  }

  @Test
  void aNodeIsCutOffWhenAllThatWorkedIs() {
    Probe denied = probe("denied");
    metrics.plan(plan(shop, pay, denied));
    IntStream.range(0, 3).forEach(_ -> ended(timeout(denied), 10));
    assertEquals(0, page().count(NODE), "nothing worked yet");
    ended(good(shop, 1), 0);
    assertEquals(0, page().value(NODE));
    ended(good(pay, 1), 10);
    IntStream.range(0, 3).forEach(_ -> ended(timeout(pay), 10));
    assertEquals(0, page().value(NODE), "shop is answered");
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    assertEquals(70, page().value(NODE), "the least of the two that worked");
    metrics.plan(plan(shop, denied));
    assertEquals(0, page().value(NODE), "one namespace proves nothing");
  }

  @Test
  void aPodThatIsReplacedContinuesTheStateOfItsWorkload() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 0);
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    Probe next =
        new Probe(
            SampleOutcomes.vantage("shop", "web", "web-2"), shop.server(), shop.question(), true);
    metrics.plan(plan(next));
    assertEquals(30, page().value(UNANSWERED, "shop"));
    ended(good(next, 1), 10);
    assertEquals(0, page().value(UNANSWERED, "shop"));
    ticker.advance(Duration.ofMinutes(3));
    metrics.sweep();
    assertEquals(1, page().count(UNANSWERED));
    metrics.plan(Plan.EMPTY);
    ticker.advance(Duration.ofMinutes(3));
    metrics.sweep();
    assertEquals(0, page().count(UNANSWERED));
  }

  @Test
  void vantagesCountByTheirShares() {
    metrics.plan(plan(shop, pay));
    ended(replied(shop, 1, new Reply.Answered(5, false, List.of(), 9)), 1);
    IntStream.range(0, 3).forEach(_ -> ended(good(shop, 1), 1));
    ended(good(pay, 2_500), 1);
    ended(untested(pay, Cause.NO_SOCKET), 1);
    Page page = page();
    assertEquals(0.25, page.value("dnsonde_namespace_wrong_vantages", "shop", "refused"));
    assertEquals(0.5, page.value("dnsonde_namespace_untested_vantages", "pay", "no_socket"));
    assertEquals(1, page.value("dnsonde_server_slow_vantages", "external"));
    assertEquals(2, page.value("dnsonde_server_vantages"));
    assertEquals(1, page.count("dnsonde_namespace_wrong_vantages"));
    assertEquals(1, page.count("dnsonde_namespace_untested_vantages"));
  }

  /** A declared namespace is neither a victim nor a witness, in any state or share. */
  @Test
  void pathsWithoutExpectedResponseCountNowhere() {
    metrics.plan(plan(shop, pay));
    metrics.expect(new ExpectedSilence(Set.of("shop"), Set.of()));
    ended(good(shop, 1), 0);
    ended(good(pay, 1), 10);
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    ended(servfail(shop, 1), 10);
    ended(untested(shop, Cause.NO_SOCKET), 1);
    Page page = page();
    assertEquals(1, page.value("dnsonde_namespace_expected_no_dns", "shop"));
    assertEquals(1, page.count("dnsonde_namespace_expected_no_dns"));
    assertEquals(1, page.count(UNANSWERED), "of pay");
    assertEquals(1, page.count(RATIO), "of pay");
    assertEquals(0, page.value(NODE), "pay alone is no comparison");
    assertEquals(1, page.value("dnsonde_server_vantages"), "pay");
    assertEquals(0, page.value("dnsonde_server_servfail_vantages", "external"));
    assertEquals(0, page.count("dnsonde_namespace_untested_vantages"));
    assertEquals(1, page.value("dnsonde_server_probes_total"), "pay");
    assertEquals(5, page.value("dnsonde_probes_total", "shop"), "the queries are still counted");
  }

  /** Rules see what they would have seen without it: an outage is not hidden by its age. */
  @Test
  void aStateIsKnownAtOnceWhenADeclarationEnds() {
    metrics.plan(plan(shop));
    ended(good(shop, 1), 0);
    metrics.expect(new ExpectedSilence(Set.of(), Set.of(shop.vantage().namespacedPod())));
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    assertEquals(0, page().count(UNANSWERED));
    metrics.expect(ExpectedSilence.NONE);
    assertEquals(30, page().value(UNANSWERED, "shop"));
    assertEquals(0, page().count("dnsonde_namespace_expected_no_dns"));
  }

  @Test
  void oneOfTwoVantagesIsHalfOfANamespace() {
    Probe other =
        new Probe(
            SampleOutcomes.vantage("shop", "web", "web-2"), shop.server(), shop.question(), true);
    metrics.plan(plan(shop, other));
    metrics.expect(new ExpectedSilence(Set.of(), Set.of(other.vantage().namespacedPod())));
    ended(timeout(other), 10);
    ended(good(shop, 1), 10);
    assertEquals(0.5, page().value("dnsonde_namespace_expected_no_dns", "shop"));
    assertEquals(0, page().value(UNANSWERED, "shop"));
    assertEquals(0, page().value(RATIO, "shop"));
  }

  @Test
  void aNamespaceWithoutExpectedResponsesIsNotBlind() {
    Candidate hidden =
        new Candidate("shop", "web", "web-1", Optional.empty(), "-", VantageStatus.NO_NETWORK);
    metrics.plan(new Plan(List.of(pay), List.of(hidden)));
    assertEquals(1, page().count("dnsonde_namespace_blind"));
    metrics.expect(new ExpectedSilence(Set.of("shop"), Set.of()));
    assertEquals(0, page().count("dnsonde_namespace_blind"));
    assertEquals(1, page().value("dnsonde_namespace_expected_no_dns", "shop"));
    metrics.expect(ExpectedSilence.NONE);
    assertEquals(1, page().count("dnsonde_namespace_blind"));
  }

  @Test
  void ownersAreShownForTheNamespacesHere() {
    NamespaceOwners owners =
        new NamespaceOwners(Map.of("shop", "team-a", "pay", "team-b", "elsewhere", "team-c"));
    metrics.owners(owners);
    assertEquals(0, page().count("dnsonde_namespace_owner"));
    Candidate hidden =
        new Candidate("pay", "web", "web-1", Optional.empty(), "-", VantageStatus.NO_NETWORK);
    metrics.plan(new Plan(List.of(shop), List.of(hidden)));
    assertEquals(1, page().value("dnsonde_namespace_owner", "shop", "owner=\"team-a\""));
    assertEquals(1, page().value("dnsonde_namespace_owner", "pay", "owner=\"team-b\""));
    assertEquals(2, page().count("dnsonde_namespace_owner"));
    metrics.owners(new NamespaceOwners(Map.of("shop", "team-d")));
    assertEquals(1, page().value("dnsonde_namespace_owner", "shop", "owner=\"team-d\""));
    assertEquals(1, page().count("dnsonde_namespace_owner"));
    metrics.owners(NamespaceOwners.NONE);
    assertEquals(0, page().count("dnsonde_namespace_owner"));
  }

  /** Alert rules and agents remember equally long that a path worked. */
  @Test
  void thePathsOfANodeAreForgottenWhenTheRulesForgetThem() throws IOException {
    Matcher rules =
        Pattern.compile("> time\\(\\) - (\\d+) \\* 86400")
            .matcher(Files.readString(Path.of("alerts/dnsonde.yaml")));
    assertTrue(rules.find(), "no rule forgets a path");
    Duration memory = Duration.ofDays(Integer.parseInt(rules.group(1)));
    metrics.plan(plan(shop, pay));
    ended(good(shop, 1), 0);
    ended(good(pay, 1), 0);
    IntStream.range(0, 3).forEach(_ -> ended(timeout(shop), 10));
    IntStream.range(0, 3).forEach(_ -> ended(timeout(pay), 10));
    ticker.advance(memory.minusMinutes(2));
    assertEquals(Seconds.of(memory.minusMinutes(1)), page().value(NODE));
    ticker.advance(Duration.ofMinutes(2));
    assertEquals(0, page().count(NODE), "nothing worked within " + memory);
  }

  /** All families of the paths are computed together, at one moment. */
  @Test
  void aScrapeReadsTheStatesOnce() {
    metrics.plan(plan(shop, pay));
    ended(good(shop, 1), 1);
    ended(servfail(pay, 1), 1);
    int before = ticker.reads();
    page();
    assertEquals(2, ticker.reads() - before, "one for the paths, one for the last outcome");
  }

  @Test
  void theAgeOfTheLastOutcomeGrows() {
    metrics.plan(plan(shop));
    ended(untested(shop, Cause.STARVED), 700);
    assertEquals(700, page().value("dnsonde_last_outcome_age_seconds"));
  }

  @Test
  void findingsAreShownWhileTheyLast() {
    List<Finding> all = SampleOutcomes.diagnosis().findings();
    List<Finding> some =
        Stream.concat(
                all.stream().limit(5),
                all.stream().filter(each -> each.code() == Finding.Code.NO_DNS_DECLARED))
            .distinct()
            .toList();
    metrics.findings(some, true);
    assertEquals(
        some.size() - 1,
        page().count("dnsonde_finding_info"),
        "no_dns_declared has a series of its own");
    assertEquals(
        1,
        page()
            .value(
                "dnsonde_finding_info",
                "egress_denied",
                "policies=\"shop/default-deny\"",
                "explanation=\"NetworkPolicy shop/default-deny isolates these pods and no rule"
                    + " allows DNS to kube-dns over udp\""));
    metrics.findings(all, false);
    assertEquals(0, page().linesWith("default-deny").size());
    metrics.findings(List.of(), true);
    assertEquals(0, page().count("dnsonde_finding_info"));
    metrics.findings(Collections.nCopies(1, many()), true);
    assertEquals(FindingInfos.MOST, page().count("dnsonde_finding_info"));
  }

  private static Finding many() {
    var finding = SampleOutcomes.diagnosis().findings().getFirst();
    var subject = finding.subject();
    return new Finding(
        finding.code(),
        new Finding.Subject(
            IntStream.range(0, 100).mapToObj(i -> "ns-" + i).toList(),
            subject.pods(),
            subject.servers(),
            subject.transports()),
        finding.confidence(),
        finding.since(),
        finding.sentence(),
        finding.evidence(),
        finding.policies(),
        finding.suggestedPolicy());
  }

  private void ended(Outcome outcome, double then) {
    fold.to(metrics::outcome, outcome);
    ticker.advance(Duration.ofMillis((long) (then * 1000)));
  }

  private Page page() {
    return Page.of(metrics);
  }
}
