package io.github.dnsonde.overview;

import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.ReportedPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The states of each namespace over the last 24 hours: only changes are remembered. In memory and
 * bounded, so it states since when it is complete. Thread-safe.
 */
public final class StateHistory {

  static final Duration KEPT = Duration.ofHours(24);

  /** Shorter changes are missed; the timeline of findings has them. */
  static final Duration STEP = Duration.ofSeconds(10);

  /** Maximum number of changes of one namespace; 24 bytes each and their state. */
  static final int CHANGES = 300;

  /** Maximum number of namespaces, so that all take a few megabytes at most. */
  static final int NAMESPACES = 5_000;

  private final Map<String, Deque<StateSpan>> spans = new HashMap<>();
  private final Map<String, Instant> cut = new HashMap<>();
  private Instant started = Instant.MAX;
  private Instant latest = Instant.MIN;

  /** Takes the present state, unless it took one a moment ago. */
  public synchronized void take(Supplier<? extends Collection<NodeInput>> nodes, Instant now) {
    if (latest.isAfter(now.minus(STEP)) && !latest.isAfter(now)) {
      return;
    }
    latest = now;
    started = started.isAfter(now) ? now : started;
    Map<String, PathState> states = states(nodes.get(), now);
    spans.keySet().forEach(namespace -> states.putIfAbsent(namespace, PathState.UNTESTED));
    states.forEach((namespace, state) -> add(namespace, new StateSpan(now, state)));
    forget(now.minus(KEPT));
  }

  /** Moves all times after the wall clock was set by this much. */
  public synchronized void clockSet(Duration by) {
    spans.replaceAll(
        (_, states) -> {
          Deque<StateSpan> moved = new ArrayDeque<>();
          states.forEach(span -> moved.add(new StateSpan(span.from().plus(by), span.state())));
          return moved;
        });
    cut.replaceAll((_, time) -> time.plus(by));
    if (started.isBefore(Instant.MAX)) {
      started = started.plus(by);
      latest = latest.plus(by);
    }
  }

  /** Returns the states of a namespace. */
  public synchronized NamespaceHistory of(String namespace, Instant now) {
    Instant oldest = now.minus(KEPT);
    Instant from = cut.getOrDefault(namespace, started.isAfter(now) ? now : started);
    return new NamespaceHistory(
        namespace,
        now,
        from.isBefore(oldest) ? oldest : from,
        List.copyOf(spans.getOrDefault(namespace, new ArrayDeque<>())),
        false);
  }

  private static Map<String, PathState> states(Collection<NodeInput> nodes, Instant now) {
    Map<String, PathState> states = new HashMap<>();
    for (NodeInput node : nodes) {
      boolean silent = node.isSilent(now);
      node.report()
          .vantages()
          .forEach(
              vantage ->
                  vantage.paths().stream()
                      .filter(ReportedPath::inUse)
                      .map(path -> silent ? PathState.UNTESTED : stateOf(path.state()))
                      .forEach(
                          state -> states.merge(vantage.namespace(), state, StateHistory::worse)));
    }
    return states;
  }

  /** A lost packet is not worth a line in a picture of a day. */
  private static PathState stateOf(PathState state) {
    return state == PathState.UNCERTAIN ? PathState.GOOD : state;
  }

  /** A namespace that is seen somewhere is seen: as failing, else as good. */
  private static PathState worse(PathState one, PathState other) {
    if (one.fails() || other.fails()) {
      return one.compareTo(other) < 0 ? one : other;
    }
    return one.compareTo(other) > 0 ? one : other;
  }

  private void add(String namespace, StateSpan span) {
    Deque<StateSpan> states = spans.get(namespace);
    if (states == null) {
      if (spans.size() >= NAMESPACES) {
        return;
      }
      states = new ArrayDeque<>();
      spans.put(namespace, states);
    }
    if (states.isEmpty() || states.getLast().state() != span.state()) {
      states.add(span);
    }
    if (states.size() > CHANGES) {
      states.removeFirst();
      cut.put(namespace, states.getFirst().from());
    }
  }

  private void forget(Instant oldest) {
    spans
        .values()
        .forEach(
            states -> {
              while (states.size() > 1 && isOver(states, oldest)) {
                states.removeFirst();
              }
            });
    spans
        .values()
        .removeIf(
            states ->
                states.size() == 1
                    && states.getFirst().state() == PathState.UNTESTED
                    && states.getFirst().from().isBefore(oldest));
    cut.keySet().retainAll(spans.keySet());
  }

  /** Returns true if the second state began before the time, so that the first is over. */
  private static boolean isOver(Deque<StateSpan> states, Instant oldest) {
    return states.stream().skip(1).findFirst().orElseThrow().from().isBefore(oldest);
  }
}
