package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Role;

/**
 * The regular slots of a probe, in the ticker's nanoseconds.
 *
 * @param period the time between two slots
 * @param anchored true if all agents agree on the slots; otherwise they follow from the time at
 *     which the probe was planned
 * @param anchor the time of one slot, if it is anchored
 * @param turn true if the slots are turns among the nodes of a class
 */
record Rhythm(long period, boolean anchored, long anchor, boolean turn) {

  /** Returns the rhythm of a probe that takes turns with no other node's. */
  static Rhythm free(long period) {
    return new Rhythm(period, false, 0, false);
  }

  /** Returns the rhythm of a probe whose vantage has this role. */
  static Rhythm of(Probe probe, Role role, Pace pace) {
    return switch (role) {
      case Role.Core(int turn, int of) ->
          of == 1 ? free(pace.period().toNanos()) : turn(probe, turn, of, pace);
      case Role.Background _ -> background(probe, pace);
    };
  }

  /**
   * All nodes of a class send the same question at the same time of their turns. So it is sent once
   * in each period, whoever's turn it is.
   */
  private static Rhythm turn(Probe probe, int turn, int of, Pace pace) {
    long period = pace.period().toNanos();
    double within = ScheduledProbe.hash(ofAnyNode(probe));
    return new Rhythm(
        of * period, true, pace.share().origin() + (long) ((turn + within) * period), true);
  }

  private static String ofAnyNode(Probe probe) {
    return String.join(
        " ",
        probe.vantage().namespace(),
        probe.server().name(),
        probe.question().name(),
        probe.question().type().name(),
        probe.question().transport().name());
  }

  private static Rhythm background(Probe probe, Pace pace) {
    long period = pace.share().background().toNanos();
    double within = ScheduledProbe.hash(ScheduledProbe.identity(probe));
    return new Rhythm(period, true, pace.share().origin() + (long) (within * period), false);
  }
}
