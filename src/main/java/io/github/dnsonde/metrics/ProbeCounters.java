package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The counters of the probes that share all labels. Not thread-safe. */
final class ProbeCounters {

  private final CounterDataPoint judged;
  private final GaugeDataPoint worst;
  private final Function<Failure, CounterDataPoint> openFailures;
  private final Map<Failure, CounterDataPoint> failures = new HashMap<>();
  private final List<Member> members = new ArrayList<>();

  /**
   * Starts at 0.
   *
   * @param judged counts all
   * @param worst shows the longest streak of failures
   * @param openFailures finds the series of a failure that occurs for the first time; several
   *     failures may share one
   */
  ProbeCounters(
      CounterDataPoint judged,
      GaugeDataPoint worst,
      Function<Failure, CounterDataPoint> openFailures) {
    this.judged = judged;
    this.worst = worst;
    this.openFailures = openFailures;
  }

  /**
   * Adds one more probe, whose streak is not known yet. The two most common reasons start at 0, so
   * that rates include the first failure.
   */
  Member join(Scope scope) {
    failures(new Failure(scope, Reason.TIMEOUT));
    failures(new Failure(scope, Reason.SERVFAIL));
    Member member = new Member();
    members.add(member);
    return member;
  }

  void leave(Member member) {
    members.remove(member);
    showWorst();
  }

  /**
   * Sets whether the probe is in the plan. While it is not, its failures matter only until another
   * shows the present state.
   */
  void planned(Member member, boolean planned) {
    member.planned = planned;
    showWorst();
  }

  /** Shows the streak of one probe. */
  void streak(Member member, Streak streak) {
    member.known = true;
    member.failures = streak.failures();
    showWorst();
  }

  /** Counts a good answer. */
  void good() {
    judged.inc();
  }

  /** Counts a failure. */
  void failed(Failure failure) {
    judged.inc();
    failures(failure).inc();
  }

  private CounterDataPoint failures(Failure failure) {
    return failures.computeIfAbsent(failure, openFailures);
  }

  private void showWorst() {
    int now = -1;
    int before = 0;
    for (Member member : members) {
      if (member.planned && member.known) {
        now = Math.max(now, member.failures);
      } else {
        before = Math.max(before, member.failures);
      }
    }
    worst.set(now < 0 ? before : now);
  }

  /** One of the probes: its failures in a row, as far as they are known. */
  static final class Member {
    private int failures;
    private boolean planned = true;
    private boolean known;
  }
}
