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
    window.tested(start, Scope.INTERNAL);
    window.tested(start + 50 * SECOND, Scope.INTERNAL);
    assertEquals(2, window.tested(start + 99 * SECOND));
    assertEquals(1, window.tested(start + 120 * SECOND));
    assertEquals(0, window.tested(start + 170 * SECOND));
    window.tested(start + 1_000 * SECOND, Scope.INTERNAL);
    assertEquals(1, window.tested(start + 1_000 * SECOND));
  }
}
