package io.github.dnsonde.metrics;

import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The states of the paths of background vantages, which have no other series. They are probed so
 * seldom that counts and shares over them would mean nothing, and alert rules add up core paths
 * only.
 *
 * <p>Thread-safe: a lock is held for each outcome and for each page, never during I/O.
 */
final class BackgroundPaths {

  /** A state that is older than this many periods is not shown. */
  private static final int FRESH = 2;

  private final Ticker ticker;
  private final Map<PathKey, Entry> entries = new HashMap<>();
  private long fresh = Long.MAX_VALUE;
  private ExpectedSilence silence = ExpectedSilence.NONE;

  BackgroundPaths(Ticker ticker) {
    this.ticker = ticker;
  }

  private static final class Entry {
    private final PathState state = new PathState();
    private final LabelValues labels;
    private long last;

    private Entry(Probe probe, long now) {
      this.labels = LabelValues.of(probe).of(MetricCatalogue.BACKGROUND_PATH_UNANSWERED);
      this.last = now;
    }
  }

  /** Switches to these probes of background vantages. */
  synchronized void follow(Collection<Probe> probes) {
    Set<PathKey> present = new HashSet<>();
    long now = ticker.nanos();
    for (Probe probe : probes) {
      PathKey key = PathKey.of(probe);
      present.add(key);
      entries.computeIfAbsent(key, _ -> new Entry(probe, now));
    }
    entries.keySet().retainAll(present);
  }

  /** Sets the time between two queries of a path. */
  synchronized void period(Duration period) {
    fresh = period.multipliedBy(FRESH).toNanos();
  }

  /** Sets on which paths no response is expected; these are not shown. */
  synchronized void expect(ExpectedSilence expected) {
    silence = expected;
  }

  /** Takes an outcome; one of a path that is not in the background is left out. */
  synchronized void take(Outcome outcome) {
    Entry entry = entries.get(PathKey.of(outcome.probe()));
    if (entry != null) {
      entry.last = ticker.nanos();
      entry.state.take(outcome, entry.last);
    }
  }

  /** The families that this shows. */
  static Set<MetricCatalogue> families() {
    return Set.of(MetricCatalogue.BACKGROUND_PATH_UNANSWERED);
  }

  /** Returns the values of the families now. */
  Map<MetricCatalogue, Map<LabelValues, Double>> values() {
    return Map.of(MetricCatalogue.BACKGROUND_PATH_UNANSWERED, unansweredSeconds());
  }

  /** Returns for how long each path has been unanswered, the worst where several share labels. */
  private synchronized Map<LabelValues, Double> unansweredSeconds() {
    if (entries.isEmpty()) {
      return Map.of();
    }
    long now = ticker.nanos();
    Map<LabelValues, Double> worst = new HashMap<>();
    for (Map.Entry<PathKey, Entry> known : entries.entrySet()) {
      Entry entry = known.getValue();
      OptionalDouble seconds = entry.state.unansweredSeconds(now);
      boolean expectedSilent = silence.covers(known.getKey().path().vantage());
      if (seconds.isPresent() && now - entry.last <= fresh && !expectedSilent) {
        worst.merge(entry.labels, seconds.getAsDouble(), Math::max);
      }
    }
    return worst;
  }
}
