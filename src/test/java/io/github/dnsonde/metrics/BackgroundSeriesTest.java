package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleOutcomes.eightProbes;
import static io.github.dnsonde.testkit.SampleOutcomes.good;
import static io.github.dnsonde.testkit.SampleOutcomes.timeout;
import static io.github.dnsonde.testkit.SampleOutcomes.vantage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.testkit.StreakFold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A background vantage has one series for each path, and no others. */
class BackgroundSeriesTest {

  private static final String FAMILY = "dnsonde_background_path_unanswered_seconds";
  private static final Duration PERIOD = Duration.ofMinutes(5);
  private static final StreakFold FOLD = new StreakFold();

  private final ManualTicker ticker = new ManualTicker();
  private final Metrics metrics =
      new Metrics(
          new Metrics.Options(
              "1.2.3", "node-a", "node", Histograms.BOTH, Detail.FULL, Duration.ofMinutes(2)),
          ticker);
  private final List<Probe> core = eightProbes(vantage("first"));
  private final List<Probe> background =
      eightProbes(vantage("second")).stream()
          .filter(
              probe ->
                  probe
                      .question()
                      .name()
                      .equals(eightProbes(vantage("second")).getFirst().question().name()))
          .toList();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void itCostsFourSeries() {
    metrics.plan(new Plan(core));
    core.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 1)));
    int before = count();
    follow();
    background.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 1)));
    assertEquals(4, background.size());
    assertEquals(before + 4, count());
    assertEquals(4, Page.of(metrics).count(FAMILY));
  }

  @Test
  void aStateThatIsOlderThanTwoPeriodsIsNotShown() {
    follow();
    background.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 1)));
    ticker.advance(PERIOD.multipliedBy(2));
    assertEquals(4, Page.of(metrics).count(FAMILY));
    ticker.advance(Duration.ofSeconds(1));
    assertEquals(0, Page.of(metrics).count(FAMILY));
  }

  @Test
  void nothingIsShownBeforeTheFirstQuery() {
    follow();
    assertEquals(0, Page.of(metrics).count(FAMILY));
  }

  @Test
  void aVantageThatBecomesCoreHasTheSeriesOfOne() {
    follow();
    background.forEach(probe -> FOLD.to(metrics::outcome, timeout(probe)));
    metrics.plan(new Plan(Stream.concat(core.stream(), background.stream()).toList()));
    background.forEach(probe -> FOLD.to(metrics::outcome, good(probe, 1)));
    assertEquals(0, Page.of(metrics).count(FAMILY));
    assertEquals(4, Page.of(metrics).count("dnsonde_path_unanswered_seconds"));
  }

  private void follow() {
    List<Probe> all = Stream.concat(core.stream(), background.stream()).toList();
    metrics.backgroundPeriod(PERIOD);
    metrics.plan(
        new Plan(all)
            .divided(all, Map.of(background.getFirst().vantage(), Role.BACKGROUND), Set.of()));
  }

  private int count() {
    return Page.of(metrics).samples().size();
  }
}
