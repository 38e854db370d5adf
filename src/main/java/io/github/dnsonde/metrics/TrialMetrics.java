package io.github.dnsonde.metrics;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialQuestion;
import io.github.dnsonde.probe.TrialResult;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The metrics of trials. Without planned trials there is no series. Not thread-safe. */
final class TrialMetrics {

  private static final String CACHED = "cached";
  private static final String FRESH = "fresh";

  private final Counter results;
  private final Histogram durations;
  private final Map<LabelValues, Series> open = new HashMap<>();
  private final ShownSeries planned =
      new ShownSeries(labels -> open.computeIfAbsent(labels, Series::new), this::close);

  TrialMetrics(MetricFactory factory) {
    results = factory.counter(MetricCatalogue.TRIALS);
    durations =
        factory.histogram(MetricCatalogue.TRIAL_DURATION, factory.detail().durationBounds());
  }

  /** The series of one trial. */
  private final class Series {
    private final LabelValues labels;
    private final Map<TrialResult, CounterDataPoint> counts = new EnumMap<>(TrialResult.class);

    Series(LabelValues labels) {
      this.labels = labels;
      if (isFresh()) {
        count(TrialResult.ANSWERED);
        List.of(CACHED, FRESH).forEach(cache -> durations.initLabelValues(values(cache)));
      } else {
        count(TrialResult.WHOLE);
      }
    }

    private boolean isFresh() {
      return TrialQuestion.Kind.FRESH.label().equals(labels.values().get(Label.TRIAL));
    }

    CounterDataPoint count(TrialResult result) {
      return counts.computeIfAbsent(
          result, each -> results.labelValues(of(each).in(MetricCatalogue.TRIALS)));
    }

    private LabelValues of(TrialResult result) {
      return labels.with(Label.RESULT, result.label());
    }

    private String[] values(String cache) {
      return labels
          .with(Label.CACHE, cache)
          .of(MetricCatalogue.TRIAL_DURATION)
          .in(MetricCatalogue.TRIAL_DURATION);
    }

    void take(List<Outcome> outcomes) {
      for (Outcome outcome : isFresh() ? outcomes : List.<Outcome>of()) {
        if (outcome.reply() instanceof Reply.Answered) {
          boolean fresh = outcome.probe().question().options().randomLabel();
          String[] values = values(fresh ? FRESH : CACHED);
          outcome
              .duration()
              .ifPresent(took -> durations.labelValues(values).observe(Seconds.of(took)));
        }
      }
    }

    void close() {
      counts.keySet().forEach(result -> results.remove(of(result).in(MetricCatalogue.TRIALS)));
      if (isFresh()) {
        List.of(CACHED, FRESH).forEach(cache -> durations.remove(values(cache)));
      }
    }
  }

  private void close(LabelValues labels) {
    requireNonNull(open.remove(labels), "every planned trial has its series").close();
  }

  private static LabelValues labels(Trial trial) {
    return LabelValues.NONE
        .with(Label.SOURCE_NAMESPACE, trial.vantage().namespace())
        .with(Label.SERVER, trial.server().name())
        .with(Label.NAME, trial.name())
        .with(Label.TRIAL, trial.question().kind().label());
  }

  /** Switches to this plan: the series of trials that it does not name are removed at once. */
  void plan(Plan plan) {
    planned.show(plan.trials().stream().map(TrialMetrics::labels).collect(Collectors.toSet()));
  }

  /** Counts an outcome; one of a trial that is not planned, or untested, is left out. */
  void take(TrialOutcome outcome) {
    Series series = open.get(labels(outcome.trial()));
    if (series != null) {
      outcome
          .result()
          .ifPresent(
              result -> {
                series.count(result).inc();
                series.take(outcome.outcomes());
              });
    }
  }
}
