package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.Usage;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeReportTest {

  private static final Probe SHOP = SampleOutcomes.probe("shop");

  private static Report report(Plan plan, List<Streak> streaks, List<Finding> findings) {
    Instant now =
        streaks.stream()
            .map(streak -> streak.latest().at().plusSeconds(5))
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    return new NodeReport(
            new NodeReport.Properties("node-a", "1.2.3", "node"),
            Duration.ofMinutes(3),
            Usage.NONE,
            now)
        .of(plan, streaks, new Diagnosis(findings, List.of()));
  }

  private static Streak streak(Outcome... outcomes) {
    Streak streak = Streak.begin(outcomes[0]);
    for (Outcome next : List.of(outcomes).subList(1, outcomes.length)) {
      streak = streak.then(next);
    }
    return streak;
  }

  private static ReportedPath path(Streak... streaks) {
    Report report = report(new Plan(List.of(SHOP)), List.of(streaks), List.of());
    return report.vantages().getFirst().paths().getFirst();
  }

  @Test
  void aPathWithoutAResultIsUntested() {
    ReportedPath path = path();
    assertAll(
        () -> assertEquals(PathState.UNTESTED, path.state()),
        () -> assertEquals(Duration.ZERO, path.since()),
        () -> assertEquals(List.of(), path.results()));
  }

  @Test
  void oneLostQueryIsUncertainAndTwoAreAnOutage() {
    Outcome lost = SampleOutcomes.timeout(SHOP);
    assertEquals(PathState.UNCERTAIN, path(streak(lost)).state());
    ReportedPath cut = path(streak(lost, lost));
    assertAll(
        () -> assertEquals(PathState.UNANSWERED, cut.state()),
        () -> assertEquals(Duration.ofSeconds(5), cut.queried()),
        () -> assertEquals(1, cut.results().size()),
        () -> assertEquals(2, cut.reasons().values().iterator().next()));
  }

  @Test
  void rightAnswersAreGoodAndNeedNoResults() {
    ReportedPath path = path(streak(SampleOutcomes.good(SHOP, 2)));
    assertEquals(PathState.GOOD, path.state());
    assertEquals(List.of(), path.results());
  }

  @Test
  void aVantageHasTheClassOfItsPod() {
    Candidate chosen = candidate("shop", SHOP.vantage().pod(), "default-deny");
    Report report = report(new Plan(List.of(SHOP), List.of(chosen)), List.of(), List.of());
    ReportedVantage vantage = report.vantages().getFirst();
    assertEquals("default-deny", vantage.policyClass());
    assertEquals("shop", vantage.namespace());
  }

  @Test
  void namespacesWithoutAVantageAreBlind() {
    Candidate lost = SampleOutcomes.outcast("batch", VantageStatus.NO_NETWORK);
    Report report = report(new Plan(List.of(), List.of(lost)), List.of(), List.of());
    assertEquals("batch", report.blind().getFirst().namespace());
    assertEquals("no_network", report.blind().getFirst().cause());
  }

  /** Tenants choose names of policies, and how many there are. */
  @Test
  void aLongClassIsTheSameOnAllNodes() {
    String one = "deny+".repeat(200) + "a";
    String other = "deny+".repeat(200) + "b";
    assertAll(
        () -> assertEquals(NodeReport.shortened(one), NodeReport.shortened(one)),
        () -> assertNotEquals(NodeReport.shortened(one), NodeReport.shortened(other)),
        () -> assertEquals(Limits.NAME, NodeReport.shortened(one).length()),
        () -> assertEquals("deny", NodeReport.shortened("deny")),
        () -> assertEquals("-", NodeReport.shortened("")));
  }

  @Test
  void whatIsBeyondALimitIsCounted() throws Exception {
    List<Finding> findings =
        IntStream.range(0, Limits.FINDINGS + 3).mapToObj(NodeReportTest::hugeFinding).toList();
    Report report = report(new Plan(List.of(SHOP)), List.of(), findings);
    assertEquals(3, report.omitted());
    assertEquals(Limits.FINDINGS, report.findings().size());
  }

  @Test
  void aReportOfAnythingCanBeReadBack() throws Exception {
    Outcome lost = SampleOutcomes.timeout(SHOP);
    Report report =
        report(
            new Plan(
                List.of(SHOP), List.of(candidate("shop", SHOP.vantage().pod(), "x".repeat(999)))),
            List.of(streak(lost, lost, lost)),
            List.of(hugeFinding(1)));
    StringWriter json = new StringWriter();
    ReportJson.write(report, json);
    assertEquals(
        report,
        ReportJson.read(
            new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8))));
  }

  /** The clock of a node may be set while outcomes are remembered. */
  @Test
  void timesInTheFutureHaveNoAge() {
    assertTrue(
        Stream.of(Ages.between(Instant.MAX, Instant.EPOCH), Ages.bounded(Duration.ofSeconds(-1)))
            .allMatch(Duration.ZERO::equals));
    assertEquals(
        Duration.ofDays(365), Ages.between(Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z")));
  }

  private static Candidate candidate(String namespace, String pod, String policyClass) {
    return new Candidate(
        namespace, "web", pod, Optional.empty(), policyClass, VantageStatus.CHOSEN);
  }

  private static Finding hugeFinding(int number) {
    List<String> names = IntStream.range(0, 50).mapToObj(i -> "n" + i + "x".repeat(400)).toList();
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(names, names, names, List.of()),
        Finding.Confidence.LIKELY,
        Instant.EPOCH.plusSeconds(number),
        "s".repeat(9_000),
        IntStream.range(0, 99).mapToObj(i -> "e".repeat(9_000)).toList(),
        names,
        Optional.of("y".repeat(Limits.POLICY + 1)));
  }
}
