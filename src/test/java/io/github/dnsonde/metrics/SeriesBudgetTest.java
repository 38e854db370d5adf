package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.eightProbes;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.replied;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.StreakFold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The number of series for one more vantage with eight probes (two servers, two scopes, two
 * transports), counted on the page. Series cost money, multiplied by a thousand nodes.
 */
class SeriesBudgetTest {

  private static final StreakFold FOLD = new StreakFold();

  private final ManualTicker ticker = new ManualTicker();
  private final List<Probe> first = eightProbes(vantage("first"));
  private final List<Probe> second = eightProbes(vantage("second"));

  @ParameterizedTest
  @CsvSource({"BOTH, 144", "CLASSIC, 144", "NATIVE, 72"})
  void oneMoreVantageStaysWithinItsBudget(Histograms histograms, int budget) {
    try (Metrics metrics = metrics(histograms)) {
      int before = series(metrics, first, histograms);
      int cost = series(metrics, both(), histograms) - before;
      assertTrue(cost <= budget, "a vantage costs " + cost + " series, more than its " + budget);
      assertTrue(cost > 8, "only " + cost + " series were counted");
    }
  }

  @Test
  void eachFurtherReasonCostsEightSeriesAndFourOfTheNode() {
    try (Metrics metrics = metrics(Histograms.BOTH)) {
      int before = series(metrics, both(), Histograms.BOTH);
      second.forEach(probe -> FOLD.to(metrics::outcome, timeout(probe)));
      assertEquals(before, count(metrics), "timeout existed from the start");
      second.forEach(
          probe -> FOLD.to(metrics::outcome, replied(probe, 1, new Reply.PortUnreachable())));
      assertEquals(before + 12, count(metrics));
      second.forEach(
          probe ->
              FOLD.to(
                  metrics::outcome, replied(probe, 1, new Reply.Answered(5, false, List.of(), 9))));
      assertEquals(before + 26, count(metrics), "and one for each of the namespace's two servers");
    }
  }

  private Metrics metrics(Histograms histograms) {
    return new Metrics(
        new Metrics.Options("1.2.3", "node-a", "node", histograms, Duration.ofMinutes(2)), ticker);
  }

  /** The number of series after every probe has succeeded, which opens all series of successes. */
  private static int series(Metrics metrics, List<Probe> probes, Histograms histograms) {
    metrics.plan(new Plan(probes));
    metrics.interval(Map.of("first", Duration.ofSeconds(10), "second", Duration.ofSeconds(10)));
    probes.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 1)));
    metrics.policyVerdicts(probes.stream().map(SeriesBudgetTest::policyVerdict).toList());
    Page page = Page.of(metrics);
    return histograms == Histograms.NATIVE
        ? page.samples().size() - linesBeyondOne(page)
        : page.samples().size();
  }

  /**
   * Number of lines beyond one. To Prometheus a native histogram is one series, shown as three
   * lines of text.
   */
  private static int linesBeyondOne(Page page) {
    return (int)
        (page.count("dnsonde_probe_duration_seconds_bucket")
            + page.count("dnsonde_probe_duration_seconds_sum"));
  }

  private static ReportedVerdict policyVerdict(Probe probe) {
    return SampleOutcomes.policyVerdict(probe, Decision.ALLOW);
  }

  private static int count(Metrics metrics) {
    return Page.of(metrics).samples().size();
  }

  private List<Probe> both() {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
