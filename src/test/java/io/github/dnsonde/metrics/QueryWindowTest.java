package io.github.dnsonde.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Scope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryWindowTest {

  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, -1_000_000, 1L << 60, -(1L << 60)})
  void aQueryCountsForAtMostTwoMinutesWhereverTheTickerStarts(long start) {
    QueryWindow window = new QueryWindow();
    window.add(start, new QueryCounts.Tested(Scope.INTERNAL));
    window.add(start + 50 * SECOND, new QueryCounts.Tested(Scope.INTERNAL));
    assertEquals(2, window.counts(start + 99 * SECOND).tested());
    assertEquals(1, window.counts(start + 120 * SECOND).tested());
    assertEquals(0, window.counts(start + 170 * SECOND).tested());
    window.add(start + 1_000 * SECOND, new QueryCounts.Tested(Scope.INTERNAL));
    assertEquals(1, window.counts(start + 1_000 * SECOND).tested());
  }
}
