package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A time that advances only on command. Both its clocks advance together, unless the wall clock is
 * set.
 */
public final class FakeTicker implements Ticker {

  /** The start of every fake time. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Far from 0, so that no code can rely on the origin. */
  private static final long ORIGIN = -987_654_321_000L;

  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong set = new AtomicLong();

  @Override
  public long nanos() {
    return ORIGIN + passed.get();
  }

  @Override
  public Instant now() {
    return START.plusNanos(passed.get()).plusSeconds(set.get());
  }

  /** Sets the wall clock forward, or back if negative, by whole seconds. */
  public void setClock(Duration by) {
    set.addAndGet(by.toSeconds());
  }

  /** Lets this much time pass; any thread may do so. */
  public void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + duration);
    }
    passed.addAndGet(duration.toNanos());
  }
}
