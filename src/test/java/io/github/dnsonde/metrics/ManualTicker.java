package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.time.Duration;
import java.time.Instant;

/** A clock that advances on command; starts at noon. */
final class ManualTicker implements Ticker {

  private Duration passed = Duration.ZERO;
  private Duration set = Duration.ZERO;
  private int reads;

  void advance(Duration time) {
    passed = passed.plus(time);
  }

  /** Sets the wall clock forward, or back if negative. */
  void setClock(Duration by) {
    set = set.plus(by);
  }

  /** Number of reads so far. */
  int reads() {
    return reads;
  }

  @Override
  public long nanos() {
    reads++;
    return passed.toNanos();
  }

  @Override
  public Instant now() {
    return SampleOutcomes.NOON.plus(passed).plus(set);
  }
}
