package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Vantage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which vantages are too young to be counted as failing. The time of day decides once, when a
 * vantage is new in the plan, and never for longer than {@link Vantage#YOUTH}; from then on the
 * ticker counts. So nobody stays young because the clock was set back after his pod had started.
 */
final class Youth {

  private final Map<Vantage, Long> ends = new HashMap<>();
  private Set<Vantage> known = Set.of();

  /** From now on these vantages are planned. */
  void follow(Set<Vantage> vantages, long nanos, Instant now) {
    ends.keySet().retainAll(vantages);
    vantages.stream()
        .filter(vantage -> !known.contains(vantage) && vantage.youthLeftAt(now).isPositive())
        .forEach(vantage -> ends.put(vantage, nanos + vantage.youthLeftAt(now).toNanos()));
    known = Set.copyOf(vantages);
  }

  /** Whether a probe of this vantage is asked while it is young. */
  boolean covers(Vantage vantage, long nanos) {
    Long end = ends.get(vantage);
    return end != null && nanos - end < 0;
  }
}
