package io.github.dnsonde.status;

import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Trial;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.probe.TrialStreak;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Remembers the latest outcomes of each planned trial. Any thread may call any method. */
public final class Trials {

  private final ClockSteps clock = new ClockSteps(Ticker.SYSTEM);
  private final Map<Trial, TrialStreak> streaks = new HashMap<>();
  private Set<Trial> planned = Set.of();

  /** Switches to this plan: all other trials are forgotten. */
  public synchronized void retain(Plan plan) {
    planned = Set.copyOf(plan.trials());
    streaks.keySet().retainAll(planned);
  }

  /** Takes note of an outcome; one that is untested changes nothing. */
  public synchronized void add(TrialOutcome outcome) {
    followClock();
    if (planned.contains(outcome.trial())) {
      outcome
          .result()
          .ifPresent(
              result ->
                  streaks.compute(
                      outcome.trial(),
                      (_, before) ->
                          before == null
                              ? TrialStreak.begin(outcome, result)
                              : before.then(outcome, result)));
    }
  }

  private void followClock() {
    Duration step = clock.step();
    if (!step.isZero()) {
      streaks.replaceAll((_, streak) -> streak.clockSet(step));
    }
  }

  /** The streaks of the planned trials that have one, in no particular order. */
  public synchronized List<TrialStreak> streaks() {
    followClock();
    return List.copyOf(streaks.values());
  }
}
