package io.github.dnsonde.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.testkit.SampleLookups;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupMetricsTest {

  private static final String PAIRS = "dnsonde_lookup_pairs_total";
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Lookup SHOP =
      SampleLookups.lookup(SampleOutcomes.vantage("shop"), ResolverKind.GLIBC);

  private final Metrics metrics = SampleMetrics.of(Histograms.BOTH, Detail.CORE);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void withoutLookupsThereIsNoSeries() {
    metrics.plan(new Plan(SampleOutcomes.eightProbes(SampleOutcomes.vantage("shop"))));
    assertEquals(0, count("dnsonde_lookup_"));
  }

  @Test
  void outcomesAreCountedWithTheirCost() {
    metrics.plan(Plan.EMPTY.lookingUp(List.of(SHOP)));
    assertEquals(0, Page.of(metrics).value("dnsonde_lookup_failures_total", "nxdomain"));
    metrics.lookup(SampleLookups.outcome(SHOP, NOON, new Result.Found("example.com.")));
    metrics.lookup(SampleLookups.outcome(SHOP, NOON, new Result.Failed(Reason.REFUSED, 6)));
    metrics.lookup(SampleLookups.outcome(SHOP, NOON, new Result.Untested(Cause.STARVED)));
    Page page = Page.of(metrics);
    assertEquals(2, page.value("dnsonde_lookup_duration_seconds_count", "resolver=\"glibc\""));
    assertEquals(6, page.value("dnsonde_lookup_queries", "name=\"example.com\"", "shop"));
    assertEquals(1, page.value("dnsonde_lookup_failures_total", "reason=\"refused\""));
    assertEquals(0, page.value("dnsonde_lookup_failures_total", "reason=\"timeout\""));
  }

  /**
   * The lookups of a pod that is gone end late, while another pod of its namespace is looked up.
   */
  @Test
  void aLookupOfAPodThatIsGoneIsNotCounted() {
    Lookup gone =
        SampleLookups.lookup(SampleOutcomes.vantage("shop", "web", "gone"), ResolverKind.GLIBC);
    metrics.plan(Plan.EMPTY.lookingUp(List.of(SHOP)));
    metrics.lookup(SampleLookups.outcome(gone, NOON, new Result.Failed(Reason.TIMEOUT, 6)));
    assertEquals(0, Page.of(metrics).value("dnsonde_lookup_failures_total", "reason=\"timeout\""));
  }

  @Test
  void pairsFromOneSocketAreCountedByTheirReplies() {
    metrics.plan(Plan.EMPTY.lookingUp(List.of(SHOP)));
    assertEquals(0, Page.of(metrics).value(PAIRS, "replies=\"one\"", "sockets=\"1\""));
    metrics.pair(new QueryPair(SHOP.vantage(), SampleOutcomes.KUBE_DNS, 2, Optional.empty()));
    metrics.pair(new QueryPair(SHOP.vantage(), SampleOutcomes.KUBE_DNS, 1, Optional.of(2)));
    Page page = Page.of(metrics);
    assertEquals(1, page.value(PAIRS, "replies=\"both\"", "sockets=\"1\""));
    assertEquals(1, page.value(PAIRS, "replies=\"one\"", "sockets=\"1\""));
    assertEquals(1, page.value(PAIRS, "replies=\"both\"", "sockets=\"2\""));
    metrics.plan(Plan.EMPTY);
    metrics.pair(new QueryPair(SHOP.vantage(), SampleOutcomes.KUBE_DNS, 2, Optional.empty()));
    assertEquals(0, count("dnsonde_lookup_"));
  }

  @Test
  void goSendsNoPairs() {
    Lookup go = SampleLookups.lookup(SampleOutcomes.vantage("shop"), ResolverKind.GO);
    metrics.plan(Plan.EMPTY.lookingUp(List.of(go)));
    assertEquals(0, count(PAIRS));
  }

  @Test
  void aLookupThatLeavesThePlanLeavesNoSeries() {
    metrics.plan(Plan.EMPTY.lookingUp(List.of(SHOP)));
    metrics.lookup(SampleLookups.outcome(SHOP, NOON, new Result.Failed(Reason.REFUSED, 6)));
    metrics.plan(Plan.EMPTY);
    metrics.lookup(SampleLookups.outcome(SHOP, NOON, new Result.Failed(Reason.REFUSED, 6)));
    assertEquals(0, count("dnsonde_lookup_"));
  }

  /** The numbers in docs/lookups.md. */
  @ParameterizedTest
  @CsvSource({"NATIVE, 7", "BOTH, 16", "CLASSIC, 16"})
  void oneLookupCostsThisManySeries(Histograms histograms, int series) {
    try (Metrics counted = SampleMetrics.of(histograms, Detail.CORE)) {
      counted.plan(Plan.EMPTY.lookingUp(List.of(SHOP)));
      long lines =
          Page.of(counted)
              .names(histograms)
              .filter(name -> name.startsWith("dnsonde_lookup_"))
              .count();
      assertEquals(series, lines);
    }
  }

  private long count(String prefix) {
    return Page.of(metrics).samples().stream().filter(line -> line.startsWith(prefix)).count();
  }
}
