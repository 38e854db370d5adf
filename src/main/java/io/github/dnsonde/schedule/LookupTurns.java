package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The turns of lookups: each once a period, spread over it. Their queries share a quarter of each
 * limit of the budget, and the probes have what they leave. Pure: time comes in as a number.
 */
final class LookupTurns {

  /** The largest number of lookups under way; a lookup holds a few sockets. */
  static final int AT_ONCE = 8;

  private final BudgetPart part;
  private Pace pace;
  private Plan plan = Plan.EMPTY;
  private final Map<Lookup, Long> due = new HashMap<>();
  private int running;

  LookupTurns(Pace pace, long now) {
    this.pace = pace;
    this.part = new BudgetPart(pace, now);
  }

  /** Switches to this plan and pace. Lookups that both plans name keep their turns. */
  void follow(Plan next, Pace changed, long now) {
    plan = next;
    pace = changed;
    part.follow(changed, now);
    Set<Lookup> wanted = Set.copyOf(next.lookups());
    due.keySet().retainAll(wanted);
    wanted.forEach(lookup -> due.computeIfAbsent(lookup, each -> now + phase(each)));
  }

  /** The first turn: a hash spreads the lookups, so that the load is even. */
  private long phase(Lookup lookup) {
    int hash =
        31 * (lookup.vantage().namespace() + " " + lookup.vantage().node()).hashCode()
            + lookup.name().hashCode();
    return Math.floorMod(hash * 0x9E3779B97F4A7C15L, period(lookup));
  }

  private long period(Lookup lookup) {
    Role role = plan.role(lookup.vantage());
    return pace.period(role).toNanos();
  }

  /** Takes the next turn, if a lookup is due and the budget allows it. */
  Optional<Lookup> next(long now) {
    if (due.isEmpty() || running >= AT_ONCE || part.from(true) > now) {
      return Optional.empty();
    }
    Optional<Lookup> first =
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

  /** Counts a query of a lookup. */
  void sent(boolean offNode, long now) {
    part.take(offNode, now);
  }

  /** Records the end of a lookup. */
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
