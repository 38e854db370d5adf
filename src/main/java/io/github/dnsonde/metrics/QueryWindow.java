package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.QueryCounts.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The queries of one path in the last two minutes, by result. Time is that of the ticker, so that
 * no clock that is set changes a share. Not thread-safe.
 */
final class QueryWindow {

  /** Six slots of 20 s: between 100 s and 120 s. A query never counts for longer than that. */
  private static final int SLOTS = 6;

  private static final long SLOT = 20_000_000_000L;

  private final List<Map<Result, Integer>> slots =
      Stream.<Map<Result, Integer>>generate(() -> HashMap.newHashMap(4)).limit(SLOTS).toList();
  private long latest = Long.MIN_VALUE; // the ticker may start below 0

  /** Counts a result of a query. */
  void add(long now, Result result) {
    roll(now);
    slots.get(index(latest)).merge(result, 1, Integer::sum);
  }

  /** Forgets all queries. */
  void clear() {
    slots.forEach(Map::clear);
  }

  /** Returns the numbers now. */
  QueryCounts counts(long now) {
    roll(now);
    Map<Result, Integer> sums = new HashMap<>();
    slots.forEach(
        slot -> slot.forEach((result, number) -> sums.merge(result, number, Integer::sum)));
    return new QueryCounts(sums);
  }

  /** Empties the slots that are over. */
  private void roll(long now) {
    long current = Math.floorDiv(now, SLOT);
    for (long slot = Math.max(latest + 1, current - SLOTS + 1); slot <= current; slot++) {
      slots.get(index(slot)).clear();
    }
    latest = Math.max(latest, current);
  }

  private static int index(long slot) {
    return (int) Math.floorMod(slot, (long) SLOTS);
  }
}
