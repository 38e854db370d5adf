package io.github.dnsonde.metrics;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The states of all paths.
 *
 * <p>Thread-safe: a lock is held for each outcome and while a scrape reads the states, never during
 * I/O.
 */
final class PathStates {

  private final Ticker ticker;
  private final Map<PathKey, Entry> entries = new HashMap<>();
  private ExpectedSilence silence = ExpectedSilence.NONE;

  PathStates(Ticker ticker) {
    this.ticker = ticker;
  }

  private static final class Entry {
    private final PathKey key;
    private final PathState state = new PathState();
    private final LabelValues ofPath;
    private final LabelValues ofServer;
    private int probes;

    private Entry(PathKey key, LabelValues labels) {
      this.key = key;
      ofPath = labels.of(MetricCatalogue.PATH_UNANSWERED);
      ofServer = labels.of(MetricCatalogue.SERVER_UNANSWERED);
    }

    private PathReading reading(long now) {
      return new PathReading(
          key.path().vantage(),
          key.path().server().name(),
          key.inUse(),
          state.planned(),
          state.expectedToWork(now),
          state.unansweredSeconds(now),
          state.queries(now),
          ofPath,
          ofServer);
    }
  }

  /** The state of one path, for one of its probes. */
  final class Member {
    private final Vantage vantage;
    private final PathState state;

    private Member(Vantage vantage, PathState state) {
      this.vantage = vantage;
      this.state = state;
    }

    /** Returns true if no response is expected on this path. */
    boolean expectedSilent() {
      synchronized (PathStates.this) {
        return silence.covers(vantage);
      }
    }

    /** Sets whether the probe is in the plan, or only kept until its retention is over. */
    void planned(boolean planned) {
      synchronized (PathStates.this) {
        if (planned) {
          state.plan();
        } else {
          state.unplan();
        }
      }
    }

    void take(Outcome outcome) {
      synchronized (PathStates.this) {
        state.take(outcome, ticker.nanos());
      }
    }

    void takeOvertaken(Outcome outcome) {
      synchronized (PathStates.this) {
        state.takeOvertaken(outcome, ticker.nanos());
      }
    }
  }

  /** Adds a probe that is in the plan. */
  synchronized Member join(Probe probe) {
    Entry entry =
        entries.computeIfAbsent(PathKey.of(probe), key -> new Entry(key, LabelValues.of(probe)));
    entry.probes++;
    entry.state.plan();
    return new Member(probe.vantage(), entry.state);
  }

  /** Forgets the path with the last of its probes; those are no longer planned by then. */
  synchronized void leave(Probe probe) {
    PathKey key = PathKey.of(probe);
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalArgumentException("no probe joined " + key);
    }
    entry.probes--;
    if (entry.probes == 0) {
      entries.remove(key);
    }
  }

  /** Sets on which paths no response is expected. */
  synchronized void expect(ExpectedSilence expected) {
    silence = expected;
  }

  /**
   * Returns the states now of all paths on which responses are expected. The others are neither
   * healthy nor failing, so they count nowhere; but their states are kept up to date.
   */
  synchronized List<PathReading> readings() {
    long now = ticker.nanos();
    return entries.values().stream()
        .filter(entry -> !silence.covers(entry.key.path().vantage()))
        .map(entry -> entry.reading(now))
        .toList();
  }

  /** Returns the share of each namespace's planned vantages that expect no response; without 0. */
  synchronized Map<String, Double> expectedSilent() {
    if (silence.equals(ExpectedSilence.NONE)) {
      return Map.of();
    }
    Map<String, Double> shares = new HashMap<>();
    entries.values().stream()
        .filter(entry -> entry.state.planned())
        .map(entry -> entry.key.path().vantage())
        .distinct()
        .collect(groupingBy(Vantage::namespace))
        .forEach(
            (namespace, vantages) ->
                shares.put(
                    namespace,
                    (double) vantages.stream().filter(silence::covers).count() / vantages.size()));
    silence.namespaces().forEach(namespace -> shares.put(namespace, 1.0));
    shares.values().removeIf(share -> share == 0);
    return shares;
  }
}
