package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NODE_LOCAL;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.outcast;
import static io.github.dnsonde.testkit.SampleOutcomes.plan;
import static io.github.dnsonde.testkit.SampleOutcomes.policyVerdict;
import static io.github.dnsonde.testkit.SampleOutcomes.probe;
import static io.github.dnsonde.testkit.SampleOutcomes.replied;
import static io.github.dnsonde.testkit.SampleOutcomes.servfail;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.untested;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.testkit.Forbidden;
import io.github.dnsonde.testkit.Hostile;
import io.github.dnsonde.testkit.StreakFold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {

  private final StreakFold fold = new StreakFold();

  private static final double NOON_SECONDS = NOON.toEpochMilli() / 1_000.0;
  private static final Duration RETENTION = Duration.ofMinutes(2);

  private final ManualTicker ticker = new ManualTicker();
  private final Metrics metrics =
      new Metrics(
          new Metrics.Options("1.2.3", "node-a", "node", Histograms.BOTH, Detail.FULL, RETENTION),
          ticker);
  private final Probe shop = probe("shop");
  private final Probe pay = probe("pay");

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void countersExistAtZeroBeforeTheFirstOutcome() {
    metrics.plan(plan(shop));
    Page page = page();
    assertEquals(0, page.value("dnsonde_probes_total", "shop"));
    assertEquals(0, page.value("dnsonde_probe_failures_total", "shop", "reason=\"timeout\""));
    assertEquals(0, page.value("dnsonde_probe_failures_total", "shop", "reason=\"servfail\""));
    assertEquals(0, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(0, page.value("dnsonde_probe_duration_seconds_count", "shop"));
    assertEquals(0, page.value("dnsonde_replies_ignored_total", "kube-dns"));
    assertEquals(2, page.count("dnsonde_probe_failures_total"));
    assertEquals(0, page.count("dnsonde_probe_last_success_timestamp_seconds"));
    assertEquals(0, page.count("dnsonde_probes_untested_total"));
  }

  /** A query from before a fix times out after a later one was answered. */
  @Test
  void anOvertakenFailureIsCountedButDoesNotMakeTheProbeFail() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, good(shop, 1));
    metrics.overtaken(timeout(shop));
    Page page = page();
    assertEquals(3, page.value("dnsonde_probes_total", "shop"));
    assertEquals(2, page.value("dnsonde_probe_failures_total", "shop", "reason=\"timeout\""));
    assertEquals(0, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(1, page.count("dnsonde_probe_last_success_timestamp_seconds"));
  }

  /** A late answer to an older query arrives after a newer one was refused. */
  @Test
  void anOvertakenAnswerIsCountedButDoesNotEndAFailure() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, timeout(shop));
    metrics.overtaken(good(shop, 1));
    metrics.overtaken(untested(shop, Cause.STARVED));
    Page page = page();
    assertEquals(2, page.value("dnsonde_probes_total", "shop"));
    assertEquals(1, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(1, page.value("dnsonde_probe_duration_seconds_count", "shop"));
    assertEquals(1, page.count("dnsonde_probe_last_success_timestamp_seconds"));
    assertEquals(1, page.value("dnsonde_probes_untested_total", "shop", "starved"));
  }

  @Test
  void aBlindNamespaceIsShownWithItsNearestCauseUntilItHasAVantage() {
    metrics.plan(
        new Plan(
            List.of(shop),
            List.of(
                outcast("shop", VantageStatus.NO_ADDRESS),
                outcast("shop", VantageStatus.CHOSEN),
                outcast("pay", VantageStatus.HOST_NETWORK),
                outcast("pay", VantageStatus.NO_NETWORK),
                outcast("batch", VantageStatus.FINISHED),
                outcast("hidden", VantageStatus.EXCLUDED))));
    Page page = page();
    assertEquals(1, page.count("dnsonde_namespace_blind"));
    assertEquals(1, page.value("dnsonde_namespace_blind", "\"pay\"", "cause=\"no_network\""));
    metrics.plan(plan(shop, pay));
    assertEquals(0, page().count("dnsonde_namespace_blind"));
  }

  private static ReportedVerdict unknown(ReportedVerdict known, Decision likely) {
    return new ReportedVerdict(
        known.namespace(),
        known.workload(),
        known.pod(),
        known.server(),
        known.transport(),
        Decision.UNKNOWN,
        likely,
        known.policies(),
        known.because());
  }

  @Test
  void aPolicyVerdictIsShownAsLongAsItIsCurrent() {
    Probe probe = probe("pay");
    metrics.policyVerdicts(List.of(policyVerdict(probe, Decision.DENY)));
    assertEquals(1, page().value("dnsonde_policy_verdict", "\"pay\"", "verdict=\"deny\""));
    metrics.policyVerdicts(List.of(policyVerdict(probe, Decision.ALLOW)));
    assertEquals(1, page().count("dnsonde_policy_verdict"));
    assertEquals(1, page().value("dnsonde_policy_verdict", "verdict=\"allow\""));
    metrics.policyVerdicts(List.of(unknown(policyVerdict(probe, Decision.ALLOW), Decision.DENY)));
    assertEquals(1, page().count("dnsonde_policy_verdict"), "it is one series, whatever is likely");
    assertEquals(
        1, page().value("dnsonde_policy_verdict", "likely=\"deny\"", "verdict=\"unknown\""));
    metrics.policyVerdicts(List.of());
    assertEquals(0, page().count("dnsonde_policy_verdict"));
  }

  @Test
  void seriesOfABlindNamespaceStayForTenMinutes() {
    metrics.plan(plan(shop, pay));
    Candidate starting = outcast("pay", VantageStatus.NO_NETWORK);
    metrics.plan(new Plan(List.of(), List.of(starting)));
    ticker.advance(Duration.ofMinutes(10).minusSeconds(1));
    metrics.sweep();
    assertTrue(!page().speaksOf("\"shop\""), "a namespace without pods stayed");
    assertEquals(0, page().value("dnsonde_probe_consecutive_failures", "\"pay\""));
    ticker.advance(Duration.ofSeconds(1));
    metrics.sweep();
    assertEquals(0, page().count("dnsonde_probe_consecutive_failures"));
  }

  /** Tenants who create pods may give each another owner, and delete it at once. */
  @Test
  void workloadsThatComeAndGoLeaveABoundedNumberOfSeries() {
    for (int i = 0; i < 200; i++) {
      metrics.plan(plan(pay, ofWorkload("w" + i)));
      ticker.advance(Duration.ofMillis(100));
    }
    assertEquals(22, page().count("dnsonde_probe_consecutive_failures"), "20, the last, and pay");
    assertTrue(page().speaksOf("\"w198\"") && !page().speaksOf("\"w178\""));
    assertTrue(page().speaksOf("\"pay\""));
    ticker.advance(RETENTION);
    metrics.sweep();
    assertEquals(2, page().count("dnsonde_probe_consecutive_failures"));
  }

  private static Probe ofWorkload(String name) {
    Probe shop = probe("shop");
    Vantage vantage =
        new Vantage("shop", name, name + "-0", shop.vantage().node(), shop.vantage().from());
    return new Probe(vantage, shop.server(), shop.question(), shop.inUse());
  }

  @Test
  void theClusterIsReadAtEachScrape() {
    assertEquals(0, page().count("dnsonde_kube_last_sync_timestamp_seconds"));
    assertEquals(0, page().count("dnsonde_network_namespaces"));
    metrics.cluster(
        new ClusterStatus(
            () -> 30,
            () -> Optional.of(NOON),
            () -> Map.of("pods", 2L, "networkpolicies", 0L),
            () -> Map.of("pods", true, "networkpolicies", false),
            () -> Map.of("pods", NOON)));
    metrics.limit(0.2);
    Page page = page();
    assertEquals(NOON_SECONDS, page.value("dnsonde_kube_last_sync_timestamp_seconds"));
    assertEquals(30, page.value("dnsonde_network_namespaces"));
    assertEquals(2, page.value("dnsonde_kube_watch_errors_total", "\"pods\""));
    assertEquals(1, page.value("dnsonde_kube_resource_synced", "\"pods\""));
    assertEquals(0, page.value("dnsonde_kube_resource_synced", "\"networkpolicies\""));
    assertEquals(
        NOON_SECONDS, page.value("dnsonde_kube_resource_last_sync_timestamp_seconds", "\"pods\""));
    assertEquals(1, page.count("dnsonde_kube_resource_last_sync_timestamp_seconds"));
    assertEquals(0.2, page.value("dnsonde_questions_per_second_limit"));
  }

  @Test
  void aGoodAnswerIsCountedTimedAndDated() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, good(shop, 250));
    Page page = page();
    assertEquals(1, page.value("dnsonde_probes_total", "shop"));
    assertEquals(0, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(0.25, page.value("dnsonde_probe_duration_seconds_sum", "shop"));
    assertEquals(
        NOON_SECONDS + 0.25, page.value("dnsonde_probe_last_success_timestamp_seconds", "shop"));
  }

  @Test
  void aWrongAnswerAlsoHasADurationAndATimeoutHasNone() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, servfail(shop, 4_000));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, replied(shop, 1, new Reply.PortUnreachable()));
    Page page = page();
    assertEquals(1, page.value("dnsonde_probe_duration_seconds_count", "shop"));
    assertEquals(4, page.value("dnsonde_probe_duration_seconds_sum", "shop"));
    assertEquals(3, page.value("dnsonde_probes_total", "shop"));
  }

  @Test
  void anAnswerThatCouldNotBeTimedIsCountedAndNotObserved() {
    metrics.plan(plan(shop));
    Outcome timed = good(shop, 900);
    fold.to(
        metrics::outcome,
        new Outcome(
            shop,
            NOON,
            Optional.empty(),
            timed.local(),
            Ignored.NONE,
            timed.reply(),
            timed.verdict()));
    Page page = page();
    assertEquals(1, page.value("dnsonde_probes_total", "shop"));
    assertEquals(0, page.value("dnsonde_probe_duration_seconds_count", "shop"));
    assertEquals(NOON_SECONDS, page.value("dnsonde_probe_last_success_timestamp_seconds", "shop"));
  }

  @Test
  void aLateAnswerIsAFailureAndNoSuccess() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, good(shop, 5_001));
    Page page = page();
    assertEquals(1, page.value("dnsonde_probe_failures_total", "shop", "reason=\"late\""));
    assertEquals(1, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(0, page.count("dnsonde_probe_last_success_timestamp_seconds"));
    assertEquals(1, page.value("dnsonde_probe_duration_seconds_count", "shop"));
  }

  @Test
  void untestedIsCountedSeparatelyAndChangesNothingElse() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, untested(shop, Cause.NO_SOCKET));
    Page page = page();
    assertEquals(1, page.value("dnsonde_probes_untested_total", "cause=\"no_socket\""));
    assertEquals(1, page.value("dnsonde_probes_total", "shop"));
    assertEquals(1, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(2, page.count("dnsonde_probe_failures_total"));
  }

  @Test
  void consecutiveFailuresGrowForAnyReasonAndEndWithAGoodAnswer() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, servfail(shop, 1));
    fold.to(metrics::outcome, replied(shop, 1, new Reply.ConnectionRefused()));
    assertEquals(3, page().value("dnsonde_probe_consecutive_failures", "shop"));
    fold.to(metrics::outcome, good(shop, 1));
    assertEquals(0, page().value("dnsonde_probe_consecutive_failures", "shop"));
  }

  @Test
  void theWorstOfProbesThatShareASeriesCounts() {
    Probe other = probe(vantage("shop"), KUBE_DNS, "b.example.", Scope.EXTERNAL, Transport.UDP);
    metrics.plan(plan(shop, other));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, good(other, 1));
    fold.to(metrics::outcome, timeout(other));
    Page page = page();
    assertEquals(1, page.count("dnsonde_probe_consecutive_failures"));
    assertEquals(2, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(4, page.value("dnsonde_probes_total", "shop"));
  }

  @Test
  void theLatestSuccessOfProbesThatShareASeriesCounts() {
    Probe other = probe(vantage("shop"), KUBE_DNS, "b.example.", Scope.EXTERNAL, Transport.UDP);
    metrics.plan(plan(shop, other));
    fold.to(metrics::outcome, good(shop, 3_000));
    fold.to(metrics::outcome, good(other, 1_000));
    assertEquals(
        NOON_SECONDS + 3, page().value("dnsonde_probe_last_success_timestamp_seconds", "shop"));
  }

  /** Also for a path without an answer since: its last answer is as old as before. */
  @ParameterizedTest
  @ValueSource(longs = {-400 * 86_400L, -3_600, -30, 30, 3_600})
  void theLastSuccessMovesWithTheClock(long seconds) {
    metrics.plan(plan(shop, pay));
    fold.to(metrics::outcome, good(shop, 0));
    fold.to(metrics::outcome, good(pay, 0));
    ticker.advance(Duration.ofSeconds(10));
    ticker.setClock(Duration.ofSeconds(seconds));
    metrics.sweep();
    assertEquals(NOON_SECONDS + seconds, lastSuccess("shop"));
    metrics.sweep();
    assertEquals(NOON_SECONDS + seconds, lastSuccess("shop"), "once");
    fold.to(metrics::outcome, goodAt(ticker.now(), pay));
    assertEquals(NOON_SECONDS + seconds + 10, lastSuccess("pay"));
    assertEquals(NOON_SECONDS + seconds, lastSuccess("shop"));
  }

  @Test
  void theLastSuccessMovesBackWithTheClock() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, goodAt(NOON.plusSeconds(3_600), shop));
    fold.to(metrics::outcome, goodAt(NOON, shop));
    fold.to(metrics::outcome, goodAt(NOON.plusSeconds(10), shop));
    assertEquals(NOON_SECONDS + 10, lastSuccess("shop"));
  }

  @Test
  void aClockThatIsCorrectedSlowlyIsNotSet() {
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, good(shop, 0));
    for (int i = 0; i < 9; i++) {
      ticker.setClock(Duration.ofMillis(100));
      metrics.sweep();
    }
    assertEquals(NOON_SECONDS, lastSuccess("shop"));
    ticker.setClock(Duration.ofMillis(100));
    metrics.sweep();
    assertEquals(NOON_SECONDS + 1, lastSuccess("shop"));
  }

  private double lastSuccess(String namespace) {
    return page().value("dnsonde_probe_last_success_timestamp_seconds", namespace);
  }

  private static Outcome goodAt(Instant when, Probe probe) {
    Outcome good = good(probe, 0);
    return new Outcome(
        probe, when, good.duration(), good.local(), good.ignored(), good.reply(), good.verdict());
  }

  @Test
  void theSeriesOfAVanishedProbeStayForTheRetention() {
    metrics.plan(plan(shop, pay));
    fold.to(metrics::outcome, good(pay, 1));
    fold.to(metrics::outcome, replied(pay, 1, new Reply.PortUnreachable()));
    fold.to(metrics::outcome, untested(pay, Cause.YOUNG));
    metrics.interval(Map.of("pay", Duration.ofSeconds(10)));
    metrics.plan(plan(shop));
    ticker.advance(RETENTION.minusMillis(1));
    metrics.sweep();
    assertTrue(page().speaksOf("\"pay\""), "the series went before the retention was over");
    ticker.advance(Duration.ofMillis(1));
    metrics.sweep();
    assertEquals(List.of(), page().linesWith("\"pay\""));
    assertTrue(page().speaksOf("\"shop\""), "the planned probe also lost its series");
  }

  @Test
  void outcomesOfAProbeThatIsLeavingStillCount() {
    metrics.plan(plan(pay));
    metrics.plan(Plan.EMPTY);
    fold.to(metrics::outcome, timeout(pay));
    assertEquals(1, page().value("dnsonde_probes_total", "pay"));
  }

  @Test
  void outcomesOfAProbeThatIsGoneRestoreNoSeries() {
    metrics.plan(plan(pay));
    metrics.plan(Plan.EMPTY);
    ticker.advance(RETENTION);
    metrics.sweep();
    fold.to(metrics::outcome, good(pay, 1));
    assertEquals(List.of(), page().linesWith("\"pay\""));
  }

  @Test
  void aProbePlannedAgainInTimeKeepsItsCounts() {
    metrics.plan(plan(pay));
    fold.to(metrics::outcome, timeout(pay));
    metrics.plan(Plan.EMPTY);
    ticker.advance(RETENTION.minusSeconds(1));
    metrics.plan(plan(pay));
    ticker.advance(RETENTION);
    metrics.sweep();
    assertEquals(1, page().value("dnsonde_probes_total", "pay"));
    assertEquals(1, page().value("dnsonde_probe_consecutive_failures", "pay"));
  }

  @Test
  void aProbeThatReturnsLaterStartsAtZero() {
    metrics.plan(plan(pay));
    fold.to(metrics::outcome, timeout(pay));
    fold.to(metrics::outcome, good(pay, 1));
    metrics.plan(Plan.EMPTY);
    ticker.advance(RETENTION);
    metrics.sweep();
    metrics.plan(plan(pay));
    Page page = page();
    assertEquals(0, page.value("dnsonde_probes_total", "pay"));
    assertEquals(0, page.value("dnsonde_probe_failures_total", "pay", "timeout"));
    assertEquals(0, page.value("dnsonde_probe_duration_seconds_count", "pay"));
    assertEquals(0, page.count("dnsonde_probe_last_success_timestamp_seconds"));
  }

  @Test
  void aSharedSeriesStaysUntilTheLastSharerLeft() {
    Vantage second = vantage("shop", "web", "web-2");
    Probe replica = probe(second, KUBE_DNS, "example.com.", Scope.EXTERNAL, Transport.UDP);
    metrics.plan(plan(shop, replica));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, timeout(replica));
    metrics.plan(plan(replica));
    ticker.advance(RETENTION);
    metrics.sweep();
    Page page = page();
    assertEquals(3, page.value("dnsonde_probes_total", "shop"));
    assertEquals(1, page.value("dnsonde_probe_consecutive_failures", "shop"), "the worst left");
    assertEquals(1, page.count("dnsonde_vantage_info"));
    assertTrue(page.speaksOf("source_pod=\"web-2\""), "the wrong pod left");
    metrics.plan(Plan.EMPTY);
    ticker.advance(RETENTION);
    metrics.sweep();
    assertEquals(List.of(), page().linesWith("\"shop\""));
  }

  @Test
  void failuresOfAVanishedPodDoNotCountWhenAnotherOfItsWorkloadIsProbed() {
    Vantage second = vantage("shop", "web", "web-2");
    Probe replica = probe(second, KUBE_DNS, "example.com.", Scope.EXTERNAL, Transport.UDP);
    metrics.plan(plan(shop));
    fold.to(metrics::outcome, timeout(shop));
    fold.to(metrics::outcome, timeout(shop));
    metrics.plan(Plan.EMPTY);
    assertEquals(2, page().value("dnsonde_probe_consecutive_failures", "shop"), "no other pod");
    metrics.plan(plan(replica));
    assertEquals(2, page().value("dnsonde_probe_consecutive_failures", "shop"), "not probed yet");
    fold.to(metrics::outcome, good(replica, 1));
    assertEquals(0, page().value("dnsonde_probe_consecutive_failures", "shop"), "the replica");
    metrics.plan(plan(shop, replica));
    assertEquals(2, page().value("dnsonde_probe_consecutive_failures", "shop"), "it has returned");
  }

  @Test
  void aServerStaysAsLongAsAProbeQueriesIt() {
    Probe local = probe(vantage("pay"), NODE_LOCAL, "a.example.", Scope.EXTERNAL, Transport.UDP);
    metrics.plan(plan(shop, local));
    metrics.plan(plan(shop));
    ticker.advance(RETENTION);
    metrics.sweep();
    assertEquals(List.of(), page().linesWith("node-local-dns"));
    assertEquals(1, page().count("dnsonde_server_info"));
  }

  @Test
  void aShorterRetentionHoldsFromTheNextSweep() {
    metrics.plan(plan(pay));
    metrics.plan(Plan.EMPTY);
    ticker.advance(Duration.ofSeconds(30));
    metrics.retention(new Retention(Duration.ofSeconds(30)));
    metrics.sweep();
    assertEquals(List.of(), page().linesWith("\"pay\""));
  }

  @Test
  void theIntervalIsShownForPlannedNamespacesInEitherOrder() {
    metrics.interval(Map.of("shop", Duration.ofSeconds(10), "pay", Duration.ofSeconds(20)));
    metrics.plan(plan(shop));
    assertEquals(10, page().value("dnsonde_probe_interval_seconds", "shop"));
    assertEquals(1, page().count("dnsonde_probe_interval_seconds"));
    metrics.interval(Map.of("shop", Duration.ofMillis(12_500)));
    assertEquals(12.5, page().value("dnsonde_probe_interval_seconds", "shop"));
  }

  @Test
  void vantagesAreThoseOfThePlan() {
    metrics.plan(
        plan(shop, pay, probe(vantage("pay"), NODE_LOCAL, "a.", Scope.INTERNAL, Transport.TCP)));
    assertEquals(2, page().value("dnsonde_vantages"));
    metrics.plan(Plan.EMPTY);
    assertEquals(0, page().value("dnsonde_vantages"));
  }

  @Test
  void serversInUseAreCountedOnceEach() {
    Probe unused = probe(vantage("pay"), NODE_LOCAL, "a.", Scope.INTERNAL, Transport.TCP);
    metrics.plan(
        plan(shop, pay, new Probe(unused.vantage(), unused.server(), unused.question(), false)));
    assertEquals(1, page().value("dnsonde_servers_in_use"));
    metrics.plan(plan(shop, unused));
    assertEquals(2, page().value("dnsonde_servers_in_use"));
    metrics.plan(plan(new Probe(unused.vantage(), unused.server(), unused.question(), false)));
    assertEquals(
        0, page().value("dnsonde_servers_in_use"), "present, so that an alert can read it");
  }

  @Test
  void queriesInFlightAreReadAtEachScrape() {
    assertEquals(0, page().value("dnsonde_questions_in_flight"));
    List<String> sockets = new ArrayList<>(List.of("one", "two"));
    metrics.inFlight(sockets::size);
    assertEquals(2, page().value("dnsonde_questions_in_flight"));
    sockets.clear();
    assertEquals(0, page().value("dnsonde_questions_in_flight"));
  }

  @Test
  void aBadReloadShowsAndLeavesTheTimeOfTheLastGoodOne() {
    assertEquals(1, page().value("dnsonde_config_last_reload_successful"));
    metrics.configReloaded(false, NOON.plusSeconds(60));
    assertEquals(0, page().value("dnsonde_config_last_reload_successful"));
    assertEquals(
        NOON_SECONDS, page().value("dnsonde_config_last_reload_success_timestamp_seconds"));
    metrics.configReloaded(true, NOON.plusSeconds(120));
    assertEquals(1, page().value("dnsonde_config_last_reload_successful"));
    assertEquals(
        NOON_SECONDS + 120, page().value("dnsonde_config_last_reload_success_timestamp_seconds"));
  }

  @Test
  void theAgentsOwnDelayAndStarvationAreMeasured() {
    metrics.scheduleDelay(Duration.ofMillis(1));
    metrics.scheduleDelay(Duration.ofMillis(300));
    metrics.starved(Duration.ofMillis(300));
    metrics.starved(Duration.ofSeconds(2));
    Page page = page();
    assertEquals(1, page.value("dnsonde_schedule_delay_seconds_bucket", "le=\"0.001\""));
    assertEquals(1, page.value("dnsonde_schedule_delay_seconds_bucket", "le=\"0.25\""));
    assertEquals(2, page.value("dnsonde_schedule_delay_seconds_bucket", "le=\"1.0\""));
    assertEquals(2.3, page.value("dnsonde_schedule_starved_seconds_total"));
  }

  @Test
  void theBoundsThatAlertsNeedHoldExactly() {
    metrics.plan(plan(shop));
    for (long millis : List.of(1, 5, 2_000, 5_000)) {
      fold.to(metrics::outcome, good(shop, millis));
    }
    Page page = page();
    assertEquals(1, page.value("dnsonde_probe_duration_seconds_bucket", "le=\"0.001\""));
    assertEquals(2, page.value("dnsonde_probe_duration_seconds_bucket", "le=\"0.005\""));
    assertEquals(3, page.value("dnsonde_probe_duration_seconds_bucket", "le=\"2.0\""));
    assertEquals(4, page.value("dnsonde_probe_duration_seconds_bucket", "le=\"5.0\""));
  }

  /**
   * Characters that a terminal would obey were escaped before, so their backslash is also escaped.
   */
  @Test
  void labelsOfEveryKindOfNameStayInTheirQuotes() {
    Vantage odd = vantage("shop", "we\"b\\\n", "");
    metrics.plan(plan(probe(odd, KUBE_DNS, "example.com.", Scope.EXTERNAL, Transport.UDP)));
    assertTrue(
        page().speaksOf("source_workload=\"we\\\"b\\\\\\\\n\""),
        () -> "not escaped: " + page().linesWith("dnsonde_vantage_info"));
  }

  @Test
  void hostileNamesHaveNoEffectOnThePageAndAreBounded() throws IOException {
    List<Probe> probes =
        Hostile.TEXTS.stream()
            .map(text -> vantage(text, text, text))
            .map(vantage -> probe(vantage, KUBE_DNS, "example.com.", Scope.EXTERNAL, Transport.UDP))
            .toList();
    metrics.plan(new Plan(probes));
    probes.forEach(probe -> fold.to(metrics::outcome, good(probe, 1)));
    metrics.policyVerdicts(
        probes.stream().map(probe -> policyVerdict(probe, Decision.DENY)).toList());
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.write("text/plain", page);
    String text = page.toString(StandardCharsets.UTF_8);
    Forbidden.check(text, () -> "/metrics");
    assertTrue(text.lines().allMatch(line -> line.length() < 10_000), "a line is bounded");
    metrics.retention(new Retention(Duration.ZERO));
    metrics.plan(plan(shop));
    metrics.sweep();
    metrics.policyVerdicts(List.of());
    assertEquals(List.of(), page().linesWith("pwned"), "and they are removed again");
  }

  @Test
  void outcomesPlansSweepsAndScrapesDoNotInterfere() throws Exception {
    metrics.retention(new Retention(Duration.ZERO));
    metrics.plan(plan(shop));
    Thread planner =
        Thread.ofPlatform()
            .start(
                () ->
                    IntStream.range(0, 500)
                        .forEach(
                            i -> {
                              metrics.plan(i % 2 == 0 ? plan(shop, pay) : plan(shop));
                              metrics.sweep();
                            }));
    Thread scraper =
        Thread.ofPlatform()
            .start(
                () -> IntStream.range(0, 50).forEach(_ -> scrape(OutputStream.nullOutputStream())));
    for (int i = 0; i < 20_000; i++) {
      fold.to(metrics::outcome, timeout(shop));
      fold.to(metrics::outcome, good(pay, 1));
    }
    planner.join();
    scraper.join();
    Page page = page();
    assertEquals(20_000, page.value("dnsonde_probes_total", "shop"));
    assertEquals(20_000, page.value("dnsonde_probe_consecutive_failures", "shop"));
    assertEquals(List.of(), page.linesWith("\"pay\""));
  }

  @Test
  void anAnswerWithRecordsOfAllTypesIsStillOneAnswer() {
    metrics.plan(plan(shop));
    Answer alias = new Answer("example.com.", "CNAME", "a.example.");
    fold.to(
        metrics::outcome,
        replied(
            shop,
            1,
            new Reply.Answered(
                0, false, List.of(alias, new Answer("a.example.", "A", "192.0.2.1")), 80)));
    assertEquals(1, page().value("dnsonde_probe_duration_seconds_count", "shop"));
    assertEquals(0, page().value("dnsonde_probe_consecutive_failures", "shop"));
  }

  private void scrape(OutputStream out) {
    try {
      metrics.write("", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Page page() {
    return Page.of(metrics);
  }
}
