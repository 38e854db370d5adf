package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.ProbeCounters.Streak;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Verdict;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.time.Duration;

/**
 * All series that one probe counts in, so that no label is looked up when an outcome comes. Not
 * thread-safe.
 */
record ProbeSeries(
    ProbeCounters probeCounters,
    Streak streak,
    LastSuccess lastSuccess,
    DistributionDataPoint durations,
    NamespaceSeries namespace,
    CounterDataPoint ignored) {

  /** Whether the probe is asked, or only kept until its retention is over. */
  void asked(boolean asked) {
    probeCounters.asked(streak, asked);
  }

  void count(Outcome outcome) {
    switch (outcome.verdict()) {
      case Verdict.Good() -> {
        probeCounters.good(streak);
        succeeded(outcome);
      }
      case Verdict.Failed(var reason) -> probeCounters.failed(streak, reason);
      case Verdict.Untested(var cause) -> namespace.untested(cause);
    }
    measure(outcome);
  }

  /** Counts an outcome that came after that of a later query: the streak does not change. */
  void countOvertaken(Outcome outcome) {
    switch (outcome.verdict()) {
      case Verdict.Good() -> {
        probeCounters.overtakenGood();
        succeeded(outcome);
      }
      case Verdict.Failed(var reason) -> probeCounters.overtakenFailed(reason);
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
