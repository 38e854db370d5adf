package io.github.dnsonde.metrics;

import static io.github.dnsonde.testkit.SampleTrials.NO_CONNECTION;
import static io.github.dnsonde.testkit.SampleTrials.SERVFAIL;
import static io.github.dnsonde.testkit.SampleTrials.SILENCE;
import static io.github.dnsonde.testkit.SampleTrials.SMALL;
import static io.github.dnsonde.testkit.SampleTrials.TRUNCATED;
import static io.github.dnsonde.testkit.SampleTrials.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialQuestion.Kind;
import io.github.dnsonde.testkit.SampleTrials;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialMetricsTest {

  private static final Trial LARGE = SampleTrials.trial(Kind.LARGE, "shop");
  private static final Trial FRESH = SampleTrials.trial(Kind.FRESH, "shop");

  private final Metrics metrics = SampleMetrics.of(Histograms.BOTH, Detail.CORE);

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void resultsAreCounted() {
    metrics.plan(Plan.EMPTY.trying(List.of(LARGE)));
    assertEquals(0, Page.of(metrics).value("dnsonde_trials_total", "result=\"whole\""));
    metrics.trial(SampleTrials.outcome(LARGE, TRUNCATED, WHOLE, WHOLE));
    metrics.trial(SampleTrials.outcome(LARGE, TRUNCATED, WHOLE, NO_CONNECTION));
    Reply untested = new Reply.NotSent(Cause.NO_SOCKET, "made up");
    metrics.trial(SampleTrials.outcome(LARGE, TRUNCATED, WHOLE, untested));
    Page page = Page.of(metrics);
    assertEquals(1, page.value("dnsonde_trials_total", "result=\"whole\""));
    assertEquals(
        1, page.value("dnsonde_trials_total", "result=\"tcp_fails\"", "trial=\"large\"", "shop"));
    assertEquals(0, count("dnsonde_trial_duration_seconds"), "of fresh names alone");
  }

  @Test
  void cachedAndFreshNamesHaveSeriesOfTheirOwn() {
    metrics.plan(Plan.EMPTY.trying(List.of(FRESH)));
    metrics.trial(SampleTrials.outcome(FRESH, SMALL, SERVFAIL));
    metrics.trial(SampleTrials.outcome(FRESH, SMALL, SILENCE));
    Page page = Page.of(metrics);
    assertEquals(2, page.value("dnsonde_trial_duration_seconds_count", "cache=\"cached\""));
    assertEquals(1, page.value("dnsonde_trial_duration_seconds_count", "cache=\"fresh\""));
    assertEquals(2, page.value("dnsonde_trials_total", "result=\"fresh_fails\""));
  }

  @Test
  void aTrialThatLeavesThePlanLeavesNoSeries() {
    metrics.plan(Plan.EMPTY.trying(List.of(LARGE, FRESH)));
    metrics.trial(SampleTrials.outcome(LARGE, TRUNCATED, WHOLE, NO_CONNECTION));
    metrics.plan(Plan.EMPTY);
    metrics.trial(SampleTrials.outcome(LARGE, TRUNCATED, WHOLE, NO_CONNECTION));
    assertEquals(0, count("dnsonde_trial"));
  }

  /** The numbers in docs/lookups.md. */
  @ParameterizedTest
  @CsvSource({"LARGE, NATIVE, 1", "LARGE, BOTH, 1", "FRESH, NATIVE, 3", "FRESH, BOTH, 21"})
  void oneTrialCostsThisManySeries(Kind kind, Histograms histograms, int series) {
    try (Metrics counted = SampleMetrics.of(histograms, Detail.CORE)) {
      counted.plan(Plan.EMPTY.trying(List.of(SampleTrials.trial(kind, "shop"))));
      long lines =
          Page.of(counted)
              .names(histograms)
              .filter(name -> name.startsWith("dnsonde_trial"))
              .count();
      assertEquals(series, lines);
    }
  }

  private long count(String prefix) {
    return Page.of(metrics).samples().stream().filter(line -> line.startsWith(prefix)).count();
  }
}
