package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.Outcome;
import java.time.Duration;
import java.util.Map;

/**
 * Receives the results of the schedule. Called by the probing thread, so it must return quickly and
 * must not throw.
 */
public interface Listener {

  /** Reports the outcome of a probe that was queried, or could not be. */
  void outcome(Outcome outcome);

  /**
   * Reports an outcome after a later query of the same probe has ended. The outcome counts like any
   * other, but does not show the present state of the probe.
   */
  void overtaken(Outcome outcome);

  /** Reports the delay of a query after its turn. */
  void delayed(Duration delay);

  /** Reports the effective period by source namespace: the longest among its probes. */
  void intervals(Map<String, Duration> bySourceNamespace);
}
