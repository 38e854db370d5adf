package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.ProbeCounters.Member;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.time.Duration;
import java.util.Optional;

/**
 * All series that one probe counts in, so that no label is looked up for an outcome. Not
 * thread-safe.
 */
record ProbeSeries(
    ProbeCounters probeCounters,
    Member member,
    LastSuccess lastSuccess,
    DistributionDataPoint durations,
    NamespaceSeries namespace,
    CounterDataPoint ignored,
    ServerMetrics.Member server,
    PathStates.Member path) {

  /** Sets whether the probe is in the plan, or only kept until its retention is over. */
  void planned(boolean planned) {
    probeCounters.planned(member, planned);
    path.planned(planned);
  }

  /**
   * Counts an outcome.
   *
   * @param streak the probe's streak, with this outcome
   */
  void take(Outcome outcome, Optional<Streak> streak) {
    count(outcome);
    streak.ifPresent(now -> probeCounters.streak(member, now));
    path.take(outcome);
  }

  /** Counts an outcome after that of a later query: the present state does not change. */
  void takeOvertaken(Outcome outcome) {
    count(outcome);
    path.takeOvertaken(outcome);
  }

  private void count(Outcome outcome) {
    boolean expectedSilent = path.expectedSilent();
    switch (outcome.verdict()) {
      case Verdict.Good() -> {
        probeCounters.good();
        if (!expectedSilent) {
          server.counters().good();
        }
        succeeded(outcome);
      }
      case Verdict.Failed(var reason) -> {
        probeCounters.failed(new Failure(outcome.probe().question().scope(), reason));
        if (!expectedSilent) {
          server.counters().failed(reason);
        }
      }
      case Verdict.Untested(var cause) -> namespace.untested(cause);
    }
    measure(outcome, expectedSilent);
  }

  private void succeeded(Outcome outcome) {
    lastSuccess.at(outcome.at().plus(outcome.duration().orElse(Duration.ZERO)));
  }

  private void measure(Outcome outcome, boolean expectedSilent) {
    if (outcome.reply() instanceof Answered && outcome.duration().isPresent()) {
      double seconds = Seconds.of(outcome.duration().get());
      durations.observe(seconds);
      if (!expectedSilent) {
        server.durations().observe(seconds);
      }
    }
    if (outcome.ignored().total() > 0) {
      ignored.inc(outcome.ignored().total());
    }
  }
}
