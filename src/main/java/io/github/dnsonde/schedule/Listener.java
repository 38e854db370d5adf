package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.TrialOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Receives the results of the schedule. Called by the probing thread, so it must return quickly and
 * must not throw.
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

  /** A lookup has ended. */
  void lookup(LookupOutcome outcome);

  /** A and AAAA were sent from one socket, and the number of replies is known. */
  void pair(QueryPair pair);

  /** A trial has ended. */
  void trial(TrialOutcome outcome);

  /** Reports a query that is not a probe's, before it is sent: of a lookup or another check. */
  void alsoSent(Probe query);

  /** Reports the delay of a query after its turn. */
  void delayed(Duration delay);

  /** Reports the effective period by source namespace: the longest among its probes. */
  void intervals(Map<String, Duration> bySourceNamespace);
}
