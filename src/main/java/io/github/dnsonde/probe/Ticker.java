package io.github.dnsonde.probe;

import java.time.Instant;

/** Time as a parameter, so that no test has to wait for it. */
public interface Ticker {

  /** The clock of this machine. */
  Ticker SYSTEM =
      new Ticker() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public Instant now() {
          return Instant.now();
        }
      };

  /** Nanoseconds from some origin; never goes back, means nothing by itself. */
  long nanos();

  /** The time of day, for people. */
  Instant now();
}
