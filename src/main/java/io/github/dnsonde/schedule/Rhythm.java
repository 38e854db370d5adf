package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Role;

/**
 * The regular slots of a probe, in the ticker's nanoseconds. Each has the place that {@link Phases}
 * gave it, as a share of a part of the period.
 *
 * @param period the time between two slots
 * @param start the start of that part
 * @param part its length
 * @param turn true if the slots are turns among the nodes of a class
 */
record Rhythm(long period, long start, long part, boolean turn) {

  /** Returns the rhythm of a probe that takes turns with no other node's. */
  static Rhythm free(long period) {
    return new Rhythm(period, 0, period, false);
  }

  /**
   * Returns the rhythm of the probes of a vantage with this role.
   *
   * @param divided true if nodes divide their work. A vantage whose class is on no other node then
   *     has every turn, and its turns go before the queries of background vantages.
   */
  static Rhythm of(Role role, boolean divided, Pace pace) {
    long full = pace.period().toNanos();
    long period = pace.period(role).toNanos();
    long origin = pace.share().origin();
    return switch (role) {
      case Role.Core(int turn, int of) ->
          of == 1 && !divided ? free(full) : new Rhythm(period, origin + turn * full, full, true);
      case Role.Background _ -> free(period);
    };
  }

  /** Returns the time of one of the slots. */
  long slot(double share) {
    return start + (long) (share * part);
  }
}
