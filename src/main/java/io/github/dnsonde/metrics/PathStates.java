package io.github.dnsonde.metrics;

import io.github.dnsonde.metrics.MetricCatalogue.Label;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Vantage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The states of all paths, and what the node makes of them, in the form that alert rules use. Rules
 * over a thousand nodes only add up: all that needs the single queries is computed here.
 *
 * <p>Counts of vantages are sums of shares: a vantage of which a quarter of the queries fails
 * counts as 0.25. So they can be added over nodes, and weigh vantages equally, however often each
 * is probed.
 *
 * <p>Thread-safe: a lock is held for each outcome and for each value, never during I/O.
 */
final class PathStates {

  private final Ticker ticker;
  private final Map<Key, Entry> entries = new HashMap<>();

  PathStates(Ticker ticker) {
    this.ticker = ticker;
  }

  /** A path, and whether the pod's own resolver takes it. */
  private record Key(ProbePath path, boolean inUse) {

    static Key of(Probe probe) {
      return new Key(ProbePath.of(probe), probe.inUse());
    }

    Vantage vantage() {
      return path.vantage();
    }
  }

  private static final class Entry {
    private final Key key;
    private final PathState state = new PathState();
    private final LabelValues ofPath;
    private final LabelValues ofServer;
    private int probes;

    private Entry(Key key, LabelValues labels) {
      this.key = key;
      ofPath = labels.of(MetricCatalogue.PATH_UNANSWERED);
      ofServer = labels.of(MetricCatalogue.SERVER_UNANSWERED);
    }
  }

  /** The state of one path, for one of its probes. */
  final class Member {
    private final PathState state;

    private Member(PathState state) {
      this.state = state;
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
        entries.computeIfAbsent(Key.of(probe), key -> new Entry(key, LabelValues.of(probe)));
    entry.probes++;
    entry.state.plan();
    return new Member(entry.state);
  }

  /** Forgets the path with the last of its probes; those are no longer planned by then. */
  synchronized void leave(Probe probe) {
    Key key = Key.of(probe);
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalArgumentException("no probe joined " + key);
    }
    entry.probes--;
    if (entry.probes == 0) {
      entries.remove(key);
    }
  }

  /** Returns for how long each path has been unanswered, the worst where several share labels. */
  synchronized Map<LabelValues, Double> unansweredSeconds() {
    long now = ticker.nanos();
    return worst(state -> state.unansweredSeconds(now).orElse(-1));
  }

  /** Returns the share of each path's queries that got no response in time, likewise. */
  synchronized Map<LabelValues, Double> unansweredRatio() {
    long now = ticker.nanos();
    return worst(
        state -> state.unansweredSeconds(now).isPresent() ? state.unansweredRatio(now) : -1);
  }

  /** Less than 0 is not known. What is no longer probed matters only until others are known. */
  private Map<LabelValues, Double> worst(ToDoubleFunction<PathState> value) {
    Map<LabelValues, Double> now = new HashMap<>();
    Map<LabelValues, Double> before = new HashMap<>();
    entries.values().stream()
        .forEach(
            entry -> {
              double known = value.applyAsDouble(entry.state);
              if (known >= 0) {
                (entry.state.planned() ? now : before).merge(entry.ofPath, known, Math::max);
              }
            });
    before.forEach(now::putIfAbsent);
    return now;
  }

  /**
   * Returns for how long the node has had no response from a server, by server, transport and in
   * use: the least of all paths that are expected to work, if they are of two namespaces or more. A
   * path that never worked says nothing about the node. Absent while no path is expected to work.
   */
  synchronized Map<LabelValues, Double> serverUnansweredSeconds() {
    long now = ticker.nanos();
    Map<LabelValues, Double> least = new HashMap<>();
    Map<LabelValues, Set<String>> namespaces = new HashMap<>();
    entries.values().stream()
        .filter(entry -> entry.state.planned() && entry.state.expectedToWork(now))
        .forEach(
            entry -> {
              OptionalDouble seconds = entry.state.unansweredSeconds(now);
              if (seconds.isPresent()) {
                LabelValues labels = entry.ofServer;
                least.merge(labels, seconds.getAsDouble(), Math::min);
                namespaces
                    .computeIfAbsent(labels, _ -> new HashSet<>())
                    .add(entry.key.vantage().namespace());
              }
            });
    least.replaceAll(
        (labels, value) -> namespaces.getOrDefault(labels, Set.of()).size() < 2 ? 0 : value);
    return least;
  }

  /** Returns the number of vantages whose resolver uses each server. */
  synchronized Map<LabelValues, Double> serverVantages() {
    return used().entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> server(entry.getKey()), entry -> (double) entry.getValue().size()));
  }

  /** Returns the vantages that get SERVFAIL from a server that they use, by server and scope. */
  synchronized Map<LabelValues, Double> serverServfail() {
    long now = ticker.nanos();
    return byScope(
        (windows, scope) ->
            ratio(
                windows,
                window -> window.failedOf(now, scope, Reason.SERVFAIL),
                window -> window.testedOf(now, scope)));
  }

  /** Returns the vantages that get slow responses from a server that they use, likewise. */
  synchronized Map<LabelValues, Double> serverSlow() {
    long now = ticker.nanos();
    return byScope(
        (windows, scope) ->
            ratio(
                windows,
                window -> window.slowOf(now, scope),
                window -> window.answeredOf(now, scope)));
  }

  /** Returns the vantages that get wrong answers, by namespace, server and reason. */
  synchronized Map<LabelValues, Double> namespaceWrong() {
    long now = ticker.nanos();
    Map<LabelValues, Double> sums = new HashMap<>();
    used()
        .forEach(
            (server, vantages) ->
                vantages.forEach(
                    (vantage, windows) ->
                        wrongReasons()
                            .forEach(
                                reason ->
                                    addIfAny(
                                        sums,
                                        server(server)
                                            .with(Label.SOURCE_NAMESPACE, vantage.namespace())
                                            .with(Label.REASON, reason.label()),
                                        ratio(
                                            windows,
                                            window -> window.failed(now, reason),
                                            window -> window.tested(now))))));
    return sums;
  }

  /** SERVFAIL has series of its own. */
  private static Stream<Reason> wrongReasons() {
    return Stream.of(Reason.values())
        .filter(reason -> reason.kind() == Reason.Kind.WRONG && reason != Reason.SERVFAIL);
  }

  /** Returns the vantages that could not be probed, by namespace and cause. */
  synchronized Map<LabelValues, Double> namespaceUntested() {
    long now = ticker.nanos();
    Map<Vantage, List<QueryWindow>> vantages = new HashMap<>();
    entries.values().stream()
        .filter(entry -> entry.state.planned())
        .forEach(entry -> windows(vantages, entry.key.vantage()).add(entry.state.window()));
    Map<LabelValues, Double> sums = new HashMap<>();
    vantages.forEach(
        (vantage, windows) -> {
          for (Cause cause : Cause.values()) {
            addIfAny(
                sums,
                LabelValues.NONE
                    .with(Label.SOURCE_NAMESPACE, vantage.namespace())
                    .with(Label.CAUSE, cause.label()),
                ratio(
                    windows,
                    window -> window.untestedOf(now, cause),
                    window -> window.tested(now) + untested(window, now)));
          }
        });
    return sums;
  }

  private static int untested(QueryWindow window, long now) {
    return Stream.of(Cause.values()).mapToInt(cause -> window.untestedOf(now, cause)).sum();
  }

  private static void addIfAny(Map<LabelValues, Double> sums, LabelValues labels, double share) {
    if (share > 0) {
      sums.merge(labels, share, Double::sum);
    }
  }

  /** Returns a sum over the vantages that use a server, for each scope that is probed there. */
  private Map<LabelValues, Double> byScope(Share share) {
    Map<LabelValues, Double> sums = new HashMap<>();
    used()
        .forEach(
            (server, vantages) -> {
              for (Scope scope : Scope.values()) {
                sums.put(
                    server(server).with(Label.SCOPE, scope.label()),
                    vantages.values().stream()
                        .mapToDouble(windows -> share.of(windows, scope))
                        .sum());
              }
            });
    return sums;
  }

  /** The windows of the paths that are in use, by server and vantage. */
  private Map<String, Map<Vantage, List<QueryWindow>>> used() {
    Map<String, Map<Vantage, List<QueryWindow>>> used = new TreeMap<>();
    entries.values().stream()
        .filter(entry -> entry.key.inUse() && entry.state.planned())
        .forEach(
            entry ->
                windows(
                        used.computeIfAbsent(
                            entry.key.path().server().name(), _ -> new HashMap<>()),
                        entry.key.vantage())
                    .add(entry.state.window()));
    return used;
  }

  private static List<QueryWindow> windows(
      Map<Vantage, List<QueryWindow>> windows, Vantage vantage) {
    return windows.computeIfAbsent(vantage, _ -> new ArrayList<>());
  }

  private static LabelValues server(String name) {
    return LabelValues.NONE.with(Label.SERVER, name);
  }

  private static double ratio(Collection<QueryWindow> windows, Count part, Count whole) {
    return PathState.ratio(
        windows.stream().mapToInt(part::of).sum(), windows.stream().mapToInt(whole::of).sum());
  }

  /** A number of queries. */
  private interface Count {
    int of(QueryWindow window);
  }

  /** A share of the queries of one vantage. */
  private interface Share {
    double of(Collection<QueryWindow> windows, Scope scope);
  }
}
