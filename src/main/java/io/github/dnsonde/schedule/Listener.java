package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Streak;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Who is told what the schedule does. Called by the probing thread: must be quick, and must not
 * throw.
 */
public interface Listener {

  /**
   * A probe was queried, or could not be.
   *
   * @param streak the latest outcomes that are alike, with this one if it was tested; empty until
   *     the probe's first tested outcome
   */
  void outcome(Outcome outcome, Optional<Streak> streak);

  /**
   * A probe was asked, and a later query of it ended before this one. The outcome counts like any
   * other, but does not show the present state of the probe: no streak changes.
   */
  void overtaken(Outcome outcome);

  /** A question went out this long after its turn had come. */
  void delayed(Duration delay);

  /** The period that results at present, by source namespace: the longest among its probes. */
  void intervals(Map<String, Duration> bySourceNamespace);
}
