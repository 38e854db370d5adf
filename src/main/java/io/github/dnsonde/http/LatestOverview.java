package io.github.dnsonde.http;

import io.github.dnsonde.overview.Overview;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An overview that all streams share. It is made at most once a second, and making it takes at most
 * a tenth of the time, however large the cluster is. Thread-safe.
 */
final class LatestOverview implements Supplier<Overview> {

  private static final Duration PACE = Duration.ofSeconds(1);
  private static final int SHARE = 10;

  private final Supplier<Overview> source;
  private @Nullable Overview latest;
  private long next;

  LatestOverview(Supplier<Overview> source) {
    this.source = source;
  }

  @Override
  public synchronized Overview get() {
    long begin = System.nanoTime();
    Overview present = latest;
    if (present == null || begin - next >= 0) {
      present = source.get();
      latest = present;
      long end = System.nanoTime();
      next = Math.max(begin + PACE.toNanos(), end + SHARE * (end - begin));
    }
    return present;
  }

  /**
   * Returns the overview for somebody who reads once: that of the streams while there are any, and
   * otherwise one of its own, which is not kept.
   */
  Overview once() {
    synchronized (this) {
      if (latest != null) {
        return get();
      }
    }
    return source.get();
  }

  /** Frees the memory, since nobody reads it. */
  synchronized void forget() {
    latest = null;
  }
}
