package io.github.dnsonde.probe;

import java.time.Instant;

/** Time as a parameter, so that no test has to wait. */
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

  /** Nanoseconds from some origin. Never goes back; only differences have a meaning. */
  long nanos();

  /** The time of day, for people. */
  Instant now();
}
