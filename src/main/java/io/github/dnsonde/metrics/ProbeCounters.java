package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Reason;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What is counted of the probes that share all labels. Not thread-safe. */
final class ProbeCounters {

  private final CounterDataPoint judged;
  private final GaugeDataPoint worst;
  private final Function<Reason, CounterDataPoint> openFailures;
  private final Map<Reason, CounterDataPoint> failures = new EnumMap<>(Reason.class);
  private final List<Streak> streaks = new ArrayList<>();

  /**
   * Starts at 0, the two commonest reasons too, so that rates see their first failure.
   *
   * @param judged counts all
   * @param worst shows the longest streak of failures
   * @param openFailures makes the series of a reason that happens for the first time
   */
  ProbeCounters(
      CounterDataPoint judged,
      GaugeDataPoint worst,
      Function<Reason, CounterDataPoint> openFailures) {
    this.judged = judged;
    this.worst = worst;
    this.openFailures = openFailures;
    failures(Reason.TIMEOUT);
    failures(Reason.SERVFAIL);
  }

  /** One more probe is counted here. */
  Streak join() {
    Streak streak = new Streak();
    streaks.add(streak);
    return streak;
  }

  void leave(Streak streak) {
    streaks.remove(streak);
    showWorst();
  }

  /**
   * The probe is asked no more, or again. While it is not, its failures matter only until another
   * tells how things are.
   */
  void asked(Streak streak, boolean asked) {
    streak.asked = asked;
    showWorst();
  }

  void good(Streak streak) {
    overtakenGood();
    streak.known = true;
    streak.failures = 0;
    showWorst();
  }

  void failed(Streak streak, Reason reason) {
    overtakenFailed(reason);
    streak.known = true;
    streak.failures++;
    showWorst();
  }

  /** Counts a good answer that does not change the streak: a later query ended before. */
  void overtakenGood() {
    judged.inc();
  }

  /** Counts a failure that does not change the streak: a later query ended before. */
  void overtakenFailed(Reason reason) {
    judged.inc();
    failures(reason).inc();
  }

  private CounterDataPoint failures(Reason reason) {
    return failures.computeIfAbsent(reason, openFailures);
  }

  private void showWorst() {
    int now = -1;
    int before = 0;
    for (Streak streak : streaks) {
      if (streak.asked && streak.known) {
        now = Math.max(now, streak.failures);
      } else {
        before = Math.max(before, streak.failures);
      }
    }
    worst.set(now < 0 ? before : now);
  }

  /** The failures of one probe since its last good answer. */
  static final class Streak {
    private int failures;
    private boolean asked = true;
    private boolean known;
  }
}
