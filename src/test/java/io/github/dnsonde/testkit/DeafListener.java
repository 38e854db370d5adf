package io.github.dnsonde.testkit;

import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.QueryPair;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.TrialOutcome;
import io.github.dnsonde.schedule.Listener;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A listener that ignores everything, for those that want to know of a few events only. */
public class DeafListener implements Listener {

  @Override
  public void outcome(Outcome outcome, Optional<Streak> streak) {}

  @Override
  public void overtaken(Outcome outcome) {}

  @Override
  public void lookup(LookupOutcome outcome) {}

  @Override
  public void pair(QueryPair pair) {}

  @Override
  public void trial(TrialOutcome outcome) {}

  @Override
  public void alsoSent(Probe query) {}

  @Override
  public void delayed(Duration delay) {}

  @Override
  public void intervals(Map<String, Duration> bySourceNamespace) {}
}
