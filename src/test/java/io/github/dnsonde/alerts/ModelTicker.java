package io.github.dnsonde.alerts;

import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.time.Instant;

/**
 * The clock of a node of the model: seconds since the epoch, which is also promtool's time 0. The
 * wall clock can be ahead or behind.
 */
final class ModelTicker implements Ticker {

  private final Duration skew;
  private double now;

  ModelTicker(double start, Duration skew) {
    this.skew = skew;
    now = start;
  }

  void set(double seconds) {
    now = Math.max(now, seconds);
  }

  @Override
  public long nanos() {
    return (long) (now * 1e9);
  }

  @Override
  public Instant now() {
    return Instant.EPOCH.plusNanos(nanos()).plus(skew);
  }
}
