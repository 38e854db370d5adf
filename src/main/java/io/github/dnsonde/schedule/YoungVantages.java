package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Vantage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The vantages that are too young to count as failing. The wall clock decides once, when a vantage
 * is new in the plan, and for {@link Vantage#YOUTH} at most. From then on the ticker measures. So
 * no vantage stays young because the clock was set back after its pod had started.
 */
final class YoungVantages {

  private final Map<Vantage, Long> ends = new HashMap<>();
  private Set<Vantage> known = Set.of();

  /** Switches to a plan with these vantages. */
  void follow(Set<Vantage> vantages, long nanos, Instant now) {
    ends.keySet().retainAll(vantages);
    vantages.stream()
        .filter(vantage -> !known.contains(vantage) && vantage.youthLeftAt(now).isPositive())
        .forEach(vantage -> ends.put(vantage, nanos + vantage.youthLeftAt(now).toNanos()));
    known = Set.copyOf(vantages);
  }

  /** Returns true if a vantage is young at this time of the ticker. */
  boolean covers(Vantage vantage, long nanos) {
    Long end = ends.get(vantage);
    return end != null && nanos - end < 0;
  }
}
