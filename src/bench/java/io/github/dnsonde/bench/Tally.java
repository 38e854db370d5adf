package io.github.dnsonde.bench;

import java.util.concurrent.atomic.AtomicLong;

/** Answers that came and answers that did not. Counts for any thread. */
final class Tally {

  private final AtomicLong done = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();

  void count(boolean good) {
    done.getAndIncrement();
    if (!good) {
      errors.getAndIncrement();
    }
  }

  /** Questions that came to an end, good or bad. */
  long done() {
    return done.get();
  }

  /** Those among them without the right answer. */
  long errors() {
    return errors.get();
  }
}
