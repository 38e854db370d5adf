package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Retention;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The streaks of all probes, folded from their outcomes in the order of their queries. An untested
 * outcome leaves a streak as it is. A probe that leaves the plan keeps its streak for the retention
 * of its series, and goes on with it when it returns before. Pure: time comes in as a number.
 */
final class Streaks {

  /** The most probes outside the plan that are remembered: more than the probes of a full node. */
  static final int MOST_VANISHED = 2_000;

  private final Map<Probe, Streak> streaks = new HashMap<>();
  private final SequencedMap<Probe, Long> vanished = new LinkedHashMap<>();
  private Set<Probe> planned = Set.of();
  private Set<String> blind = Set.of();

  /** Follows a plan: the probes that are not in it have vanished. */
  void follow(Plan plan, Retention retention, long now) {
    forget(retention, now);
    Set<Probe> wanted = Set.copyOf(plan.probes());
    planned.stream()
        .filter(probe -> !wanted.contains(probe) && streaks.containsKey(probe))
        .forEach(probe -> vanished.put(probe, now));
    vanished.keySet().removeIf(wanted::contains);
    planned = wanted;
    blind = Set.copyOf(plan.blind().keySet());
    while (vanished.size() > MOST_VANISHED) {
      streaks.remove(vanished.pollFirstEntry().getKey());
    }
  }

  /** Forgets the probes that vanished longer ago than the retention. */
  void forget(Retention retention, long now) {
    Iterator<Map.Entry<Probe, Long>> entries = vanished.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Probe, Long> entry = entries.next();
      if (now - entry.getValue() >= retention.of(entry.getKey(), blind).toNanos()) {
        streaks.remove(entry.getKey());
        entries.remove();
      }
    }
  }

  /**
   * Adds an outcome that no later query of the probe has overtaken.
   *
   * @return the streak with it; empty until the probe's first tested outcome
   */
  Optional<Streak> then(Outcome outcome) {
    Probe probe = outcome.probe();
    Optional<Streak> next =
        Optional.ofNullable(streaks.get(probe))
            .map(streak -> streak.then(outcome))
            .or(() -> first(outcome));
    if (planned.contains(probe) || vanished.containsKey(probe)) {
      next.ifPresent(streak -> streaks.put(probe, streak));
    }
    return next;
  }

  private static Optional<Streak> first(Outcome outcome) {
    return outcome.verdict() instanceof Verdict.Untested
        ? Optional.empty()
        : Optional.of(Streak.begin(outcome));
  }

  /** Moves all times: the wall clock was set by this much. */
  void clockSet(Duration by) {
    streaks.replaceAll((_, streak) -> streak.clockSet(by));
  }

  /** Returns the remembered probes, in no order. */
  List<Probe> remembered() {
    return List.copyOf(streaks.keySet());
  }
}
