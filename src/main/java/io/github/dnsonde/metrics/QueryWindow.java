package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import java.util.Arrays;

/**
 * The queries of one path in the last two minutes, by result. Time is that of the ticker, so that
 * no clock that is set changes a share. Not thread-safe.
 */
final class QueryWindow {

  /** Six slots of 20 s: between 100 s and 120 s. A query never counts for longer than that. */
  private static final int SLOTS = 6;

  private static final long SLOT = 20_000_000_000L;
  private static final int REASONS = Reason.values().length;
  private static final int TESTED = 0;
  private static final int ANSWERED = 1;
  private static final int SLOW = 2;
  private static final int FAILED = 3;
  private static final int OF_SCOPE = FAILED + REASONS;
  private static final int UNTESTED = OF_SCOPE * Scope.values().length;

  private final short[][] slots = new short[SLOTS][];
  private long latest;

  void tested(long now, Scope scope) {
    add(now, column(scope, TESTED));
  }

  void answered(long now, Scope scope) {
    add(now, column(scope, ANSWERED));
  }

  void slow(long now, Scope scope) {
    add(now, column(scope, SLOW));
  }

  void failed(long now, Scope scope, Reason reason) {
    add(now, column(scope, FAILED + reason.ordinal()));
  }

  void untested(long now, Cause cause) {
    add(now, UNTESTED + cause.ordinal());
  }

  /** Forgets all queries. */
  void clear() {
    Arrays.fill(slots, null);
  }

  int tested(long now) {
    return Arrays.stream(Scope.values()).mapToInt(scope -> testedOf(now, scope)).sum();
  }

  int testedOf(long now, Scope scope) {
    return sum(now, column(scope, TESTED));
  }

  int answeredOf(long now, Scope scope) {
    return sum(now, column(scope, ANSWERED));
  }

  int slowOf(long now, Scope scope) {
    return sum(now, column(scope, SLOW));
  }

  int failedOf(long now, Scope scope, Reason reason) {
    return sum(now, column(scope, FAILED + reason.ordinal()));
  }

  int failed(long now, Reason reason) {
    return Arrays.stream(Scope.values()).mapToInt(scope -> failedOf(now, scope, reason)).sum();
  }

  int untestedOf(long now, Cause cause) {
    return sum(now, UNTESTED + cause.ordinal());
  }

  private static int column(Scope scope, int column) {
    return scope.ordinal() * OF_SCOPE + column;
  }

  private void add(long now, int column) {
    roll(now);
    int slot = (int) Math.floorMod(latest, (long) SLOTS);
    short[] counts = slots[slot];
    if (counts == null) {
      counts = new short[UNTESTED + Cause.values().length];
      slots[slot] = counts;
    }
    if (counts[column] < Short.MAX_VALUE) {
      counts[column]++;
    }
  }

  private int sum(long now, int column) {
    roll(now);
    int sum = 0;
    for (short[] counts : slots) {
      sum += counts == null ? 0 : counts[column];
    }
    return sum;
  }

  private void roll(long now) {
    long current = Math.floorDiv(now, SLOT);
    for (long slot = Math.max(latest + 1, current - SLOTS + 1); slot <= current; slot++) {
      slots[(int) Math.floorMod(slot, (long) SLOTS)] = null;
    }
    latest = Math.max(latest, current);
  }
}
