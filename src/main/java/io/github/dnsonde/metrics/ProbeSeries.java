package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.Tally.Streak;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Verdict;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.time.Duration;

/**
 * All series that one probe counts in, so that no label is looked up for an outcome. Not
 * thread-safe.
 */
record ProbeSeries(
    Tally tally,
    Streak streak,
    LastSuccess lastSuccess,
    DistributionDataPoint durations,
    NamespaceSeries namespace,
    CounterDataPoint ignored) {

  /** Records that the probe is planned, or is only kept until its retention is over. */
  void asked(boolean asked) {
    tally.asked(streak, asked);
  }

  void count(Outcome outcome) {
    switch (outcome.verdict()) {
      case Verdict.Good() -> {
        tally.good(streak);
        succeeded(outcome);
      }
      case Verdict.Failed(var reason) -> tally.failed(streak, reason);
      case Verdict.Untested(var cause) -> namespace.untested(cause);
    }
    measure(outcome);
  }

  /** Counts an outcome that arrived after that of a later query: the streak does not change. */
  void countOvertaken(Outcome outcome) {
    switch (outcome.verdict()) {
      case Verdict.Good() -> {
        tally.overtakenGood();
        succeeded(outcome);
      }
      case Verdict.Failed(var reason) -> tally.overtakenFailed(reason);
      case Verdict.Untested(var cause) -> namespace.untested(cause);
    }
    measure(outcome);
  }

  private void succeeded(Outcome outcome) {
    lastSuccess.at(outcome.at().plus(outcome.duration().orElse(Duration.ZERO)));
  }

  private void measure(Outcome outcome) {
    if (outcome.reply() instanceof Answered && outcome.duration().isPresent()) {
      durations.observe(Seconds.of(outcome.duration().get()));
    }
    if (outcome.ignored().total() > 0) {
      ignored.inc(outcome.ignored().total());
    }
  }
}
