package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
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

  /** Something that is counted of queries; one query may count several times. */
  private sealed interface Result {}

  private record Tested(Scope scope) implements Result {}

  private record Answered(Scope scope) implements Result {}

  private record Slow(Scope scope) implements Result {}

  private record Failed(Scope scope, Reason reason) implements Result {}

  private record Untested(Cause cause) implements Result {}

  void tested(long now, Scope scope) {
    add(now, new Tested(scope));
  }

  void answered(long now, Scope scope) {
    add(now, new Answered(scope));
  }

  void slow(long now, Scope scope) {
    add(now, new Slow(scope));
  }

  void failed(long now, Scope scope, Reason reason) {
    add(now, new Failed(scope, reason));
  }

  void untested(long now, Cause cause) {
    add(now, new Untested(cause));
  }

  /** Forgets all queries. */
  void clear() {
    slots.forEach(Map::clear);
  }

  int tested(long now) {
    return Stream.of(Scope.values()).mapToInt(scope -> testedOf(now, scope)).sum();
  }

  int testedOf(long now, Scope scope) {
    return sum(now, new Tested(scope));
  }

  int answeredOf(long now, Scope scope) {
    return sum(now, new Answered(scope));
  }

  int slowOf(long now, Scope scope) {
    return sum(now, new Slow(scope));
  }

  int failedOf(long now, Scope scope, Reason reason) {
    return sum(now, new Failed(scope, reason));
  }

  int failed(long now, Reason reason) {
    return Stream.of(Scope.values()).mapToInt(scope -> failedOf(now, scope, reason)).sum();
  }

  int untestedOf(long now, Cause cause) {
    return sum(now, new Untested(cause));
  }

  private void add(long now, Result result) {
    roll(now);
    slots.get(index(latest)).merge(result, 1, Integer::sum);
  }

  private int sum(long now, Result result) {
    roll(now);
    int sum = 0;
    for (Map<Result, Integer> counts : slots) {
      sum += counts.getOrDefault(result, 0);
    }
    return sum;
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
