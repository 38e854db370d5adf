package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Repeated;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.probe.Trial;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The turns of lookups, each once a period, and of trials, each less often. Their queries share a
 * quarter of each limit of the budget, and the probes have what they leave. Pure: time comes in as
 * a number.
 */
final class LookupTurns {

  /** The number of periods between two turns of a trial: a minute by default. */
  static final int TRIAL_PERIODS = 6;

  /** The largest number of lookups under way; a lookup holds a few sockets. */
  static final int AT_ONCE = 8;

  private final BudgetPart part;
  private Pace pace;
  private Plan plan = Plan.EMPTY;
  private final Map<Repeated, Long> due = new HashMap<>();
  private int running;

  LookupTurns(Pace pace, long now) {
    this.pace = pace;
    this.part = new BudgetPart(pace, now);
  }

  /** Switches to this plan and pace. What both plans name keeps its turn. */
  void follow(Plan next, Pace changed, long now) {
    plan = next;
    pace = changed;
    part.follow(changed, now);
    Set<Repeated> wanted =
        Stream.concat(next.lookups().stream(), next.trials().stream())
            .collect(Collectors.toUnmodifiableSet());
    due.keySet().retainAll(wanted);
    wanted.forEach(one -> due.computeIfAbsent(one, each -> now + phase(each)));
  }

  /** The first turn: a hash spreads the lookups, so that the load is even. */
  private long phase(Repeated lookup) {
    int hash =
        31 * (lookup.vantage().namespace() + " " + lookup.vantage().node()).hashCode()
            + lookup.name().hashCode();
    return Math.floorMod(hash * 0x9E3779B97F4A7C15L, period(lookup));
  }

  private long period(Repeated lookup) {
    Role role = plan.role(lookup.vantage());
    long period = pace.period(role).toNanos();
    return switch (lookup) {
      case Lookup _ -> period;
      case Trial _ -> TRIAL_PERIODS * period;
    };
  }

  /** Takes the next turn, if a lookup is due and the budget allows it. */
  Optional<Repeated> next(long now) {
    if (due.isEmpty() || running >= AT_ONCE || part.from(true) > now) {
      return Optional.empty();
    }
    Optional<Repeated> first =
        due.entrySet().stream()
            .filter(entry -> entry.getValue() <= now)
            .min(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey);
    first.ifPresent(
        lookup -> {
          running++;
          due.computeIfPresent(lookup, (_, turn) -> after(turn, period(lookup), now));
        });
    return first;
  }

  /** The first turn after now, in the same phase. */
  private static long after(long turn, long period, long now) {
    return turn + period * (1 + Math.floorDiv(now - turn, period));
  }

  /** Counts a query of a lookup or a trial. */
  void sent(boolean offNode, long now) {
    part.take(offNode, now);
  }

  /** Records the end of a lookup or a trial. */
  void ended() {
    running--;
  }

  /** The time until a turn may come; {@link Long#MAX_VALUE} if none will. */
  long untilNext(long now) {
    if (running >= AT_ONCE || due.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long first = due.values().stream().mapToLong(Long::longValue).min().orElseThrow();
    return Math.max(0, Math.max(first, part.from(true)) - now);
  }
}
