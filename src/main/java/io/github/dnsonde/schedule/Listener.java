package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Outcome;
import java.time.Duration;
import java.util.Map;

/**
 * Who is told what the schedule does. Called by the probing thread: must be quick, and must not
 * throw.
 */
public interface Listener {

  /** A probe was asked, or could not be. */
  void outcome(Outcome outcome);

  /**
   * A probe was asked, and a later query of it ended before this one. The outcome counts like any
   * other, but does not show the present state of the probe.
   */
  void overtaken(Outcome outcome);

  /** A question went out this long after its turn had come. */
  void delayed(Duration delay);

  /** The period that results at present, by source namespace: the longest among its probes. */
  void intervals(Map<String, Duration> bySourceNamespace);
}
