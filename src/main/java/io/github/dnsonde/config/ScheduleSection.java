package io.github.dnsonde.config;

import io.github.dnsonde.config.yaml.Key.Scalar;
import io.github.dnsonde.config.yaml.Key.Section;
import io.github.dnsonde.config.yaml.Key.Values;
import io.github.dnsonde.config.yaml.TimeSpan;
import io.github.dnsonde.config.yaml.Value;
import io.github.dnsonde.config.yaml.WholeNumber;
import io.github.dnsonde.probe.Pace;
import java.time.Duration;

/** The section {@code schedule}: the probe period, timeout and rate limits. */
final class ScheduleSection {

  private static final Scalar<Duration> PERIOD =
      Scalar.of(
          "period",
          new TimeSpan(Duration.ofSeconds(1), Duration.ofHours(1)),
          "10s",
          "Time between two queries of a probe, if the budget allows.");
  static final Scalar<Duration> TIMEOUT =
      Scalar.of(
          "timeout",
          new TimeSpan(Duration.ofMillis(100), Duration.ofMinutes(1)),
          "7500ms",
          "Maximum time for an answer, including the connection setup. CoreDNS gives up on silent"
              + " upstreams after 6 s.");
  private static final Scalar<Duration> LATE =
      Scalar.of(
          "late",
          new TimeSpan(Duration.ofMillis(10), Duration.ofMinutes(1)),
          "5s",
          "A right answer that takes longer is late, because most clients have given up by then. At"
              + " most `schedule.timeout`.");
  private static final Scalar<Integer> IN_FLIGHT =
      Scalar.of(
          "in-flight",
          new WholeNumber(1, 10_000),
          "512",
          "Maximum number of queries in flight; each holds a socket.");

  private static final Scalar<Integer> NODE =
      Scalar.of(
          "node",
          new WholeNumber(1, 10_000),
          "50",
          "Queries per second that this agent may send. If the probes need more, they take turns.");
  private static final Scalar<Integer> CLUSTER =
      Scalar.of(
          "cluster",
          new WholeNumber(1, 1_000_000),
          "1000",
          "Queries per second that all agents together may send to servers off their nodes, in mode"
              + " `node`. If the plans of all nodes need more, agents divide the work.");

  private static final Section<Budget> BUDGET =
      Section.of("budget", in -> new Budget(in.get(NODE), in.get(CLUSTER)), NODE, CLUSTER);

  static final Section<Schedule> SECTION =
      Section.of("schedule", ScheduleSection::make, PERIOD, TIMEOUT, LATE, IN_FLIGHT, BUDGET)
          .checked(ScheduleSection::lateWithinTimeout);

  private ScheduleSection() {}

  /** The pace of one agent, and the queries per second of all agents together. */
  record Schedule(Pace pace, int clusterBudget) {}

  /** Queries per second. */
  private record Budget(int node, int cluster) {}

  private static Schedule make(Values in) {
    Budget budget = in.get(BUDGET);
    Pace pace =
        new Pace(in.get(PERIOD), in.get(TIMEOUT), in.get(LATE), in.get(IN_FLIGHT), budget.node());
    return new Schedule(pace, budget.cluster());
  }

  private static void lateWithinTimeout(Values in) {
    Value<Duration> late = in.scalar(LATE);
    Value<Duration> timeout = in.scalar(TIMEOUT);
    if (late.sound().isEmpty()
        || timeout.sound().isEmpty()
        || late.get().compareTo(timeout.get()) <= 0) {
      return;
    }
    if (late.given()) {
      String expected = "at most " + in.path(TIMEOUT) + ", " + timeout.shown();
      in.mistake(late.line(), in.path(LATE), late.quoted(), expected);
    } else {
      String expected = "at least " + in.path(LATE) + ", " + late.shown();
      in.mistake(timeout.line(), in.path(TIMEOUT), timeout.quoted(), expected);
    }
  }
}
