package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The streaks of probes, folded as the schedule does it, for tests of one of its listeners. */
public final class StreakFold {

  private final Map<Probe, Streak> streaks = new HashMap<>();

  /** Hands an outcome and its streak to a listener. */
  public void to(BiConsumer<Outcome, Optional<Streak>> listener, Outcome outcome) {
    listener.accept(outcome, then(outcome));
  }

  /** Moves all times: the wall clock was set by this much. */
  public void clockSet(Duration by) {
    streaks.replaceAll((_, streak) -> streak.clockSet(by));
  }

  private Optional<Streak> then(Outcome outcome) {
    if (!(outcome.verdict() instanceof Verdict.Untested)) {
      streaks.compute(
          outcome.probe(),
          (_, streak) -> streak == null ? Streak.begin(outcome) : streak.then(outcome));
    }
    return Optional.ofNullable(streaks.get(outcome.probe()));
  }
}
