package io.github.dnsonde.status;

import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupStreak;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Remembers the latest outcomes of each planned lookup. Any thread may call any method. */
public final class Lookups {

  private final ClockSteps clock = new ClockSteps(Ticker.SYSTEM);
  private final Map<Lookup, LookupStreak> streaks = new HashMap<>();
  private Set<Lookup> planned = Set.of();

  /** Switches to this plan: all other lookups are forgotten. */
  public synchronized void retain(Plan plan) {
    planned = Set.copyOf(plan.lookups());
    streaks.keySet().retainAll(planned);
  }

  /** Takes note of an outcome; one that is untested changes nothing. */
  public synchronized void add(LookupOutcome outcome) {
    followClock();
    if (planned.contains(outcome.lookup()) && !(outcome.result() instanceof Result.Untested)) {
      streaks.compute(
          outcome.lookup(),
          (_, before) -> before == null ? LookupStreak.begin(outcome) : before.then(outcome));
    }
  }

  private void followClock() {
    Duration step = clock.step();
    if (!step.isZero()) {
      streaks.replaceAll((_, streak) -> streak.clockSet(step));
    }
  }

  /** The streaks of the planned lookups that have one, in no particular order. */
  public synchronized List<LookupStreak> streaks() {
    followClock();
    return List.copyOf(streaks.values());
  }
}
