package io.github.dnsonde.bench;

import java.util.concurrent.atomic.AtomicLong;

/** Counts right answers and missing or wrong ones. Any thread may call it. */
final class Tally {

  private final AtomicLong done = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();

  void count(boolean good) {
    done.getAndIncrement();
    if (!good) {
      errors.getAndIncrement();
    }
  }

  /** Returns the number of completed queries. */
  long done() {
    return done.get();
  }

  /** Returns the number of those without the right answer. */
  long errors() {
    return errors.get();
  }
}
