package io.github.dnsonde.status;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.ClockSteps;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Verdict.Failed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the latest outcome of each planned probe, and the latest failures of all.
 *
 * <p>Any thread may call any method; each call waits only for the brief calls of others.
 */
public final class Outcomes {

  /** Maximum number of failures that are kept, regardless of their age. */
  static final int FAILURES = 1_000;

  private static final Comparator<Outcome> ORDER =
      comparing(
          Outcome::probe,
          comparing((Probe probe) -> probe.vantage().namespace())
              .thenComparing(probe -> probe.vantage().workload())
              .thenComparing(probe -> probe.vantage().pod())
              .thenComparing(probe -> probe.server().name())
              .thenComparing(probe -> probe.question().name())
              .thenComparing(probe -> probe.question().type())
              .thenComparing(probe -> probe.question().transport())
              .thenComparing(probe -> probe.server().hostPort()));

  private final ClockSteps clock;
  private final Deque<Outcome> failures = new ArrayDeque<>();
  private Map<Probe, Slot> planned = Map.of();

  /** Creates an empty memory. Its times follow the wall clock of this machine when that is set. */
  public Outcomes() {
    this(Ticker.SYSTEM);
  }

  /** Creates an empty memory. Its times follow this wall clock when it is set. */
  public Outcomes(Ticker ticker) {
    this.clock = new ClockSteps(ticker);
  }

  /**
   * Switches to this plan: the latest outcomes of all other probes are forgotten. Their failures
   * stay.
   */
  public synchronized void retain(Plan plan) {
    Map<Probe, Slot> before = planned;
    planned = new HashMap<>();
    plan.probes().forEach(probe -> planned.put(probe, before.getOrDefault(probe, new Slot())));
  }

  /**
   * Takes note of an outcome; one of a probe that is not planned counts only if it is a failure.
   *
   * @param streak the probe's streak, with this outcome
   */
  public synchronized void add(Outcome outcome, Optional<Streak> streak) {
    followClock();
    Slot slot = planned.get(outcome.probe());
    if (slot != null) {
      slot.latest = outcome;
      slot.streak = streak.orElse(null);
    }
    rememberFailure(outcome);
  }

  /**
   * Records an outcome that arrived after that of a later query of the same probe: it is among the
   * failures if it is one, and never the latest.
   */
  public synchronized void overtaken(Outcome outcome) {
    followClock();
    rememberFailure(outcome);
  }

  /** Moves all times when the wall clock is set, because outcomes are compared by them. */
  private void followClock() {
    Duration step = clock.step();
    if (!step.isZero()) {
      planned.values().forEach(slot -> slot.clockSet(step));
      List<Outcome> moved = failures.stream().map(outcome -> outcome.clockSet(step)).toList();
      failures.clear();
      failures.addAll(moved);
    }
  }

  private void rememberFailure(Outcome outcome) {
    if (!(outcome.verdict() instanceof Failed)) {
      return;
    }
    if (failures.size() == FAILURES) {
      failures.removeLast();
    }
    failures.addFirst(outcome);
  }

  /** The streaks of the planned probes that have one, in no particular order. */
  public synchronized List<Streak> streaks() {
    followClock();
    List<Streak> streaks = new ArrayList<>(planned.size());
    for (Slot slot : planned.values()) {
      Streak streak = slot.streak;
      if (streak != null) {
        streaks.add(streak);
      }
    }
    return streaks;
  }

  /** The current state. */
  public Snapshot snapshot() {
    List<Outcome> unordered;
    List<Outcome> newestFirst;
    synchronized (this) {
      followClock();
      unordered = latest();
      newestFirst = new ArrayList<>(failures);
    }
    unordered.sort(ORDER);
    return new Snapshot(unordered, newestFirst);
  }

  private List<Outcome> latest() {
    List<Outcome> all = new ArrayList<>(planned.size());
    for (Slot slot : planned.values()) {
      Outcome latest = slot.latest;
      if (latest != null) {
        all.add(latest);
      }
    }
    return all;
  }

  /** The entry of one probe, so that an outcome takes one look-up. */
  private static final class Slot {
    private @Nullable Outcome latest;
    private @Nullable Streak streak;

    private void clockSet(Duration by) {
      Streak known = streak;
      streak = known == null ? null : known.clockSet(by);
      Outcome last = latest;
      latest = last == null ? null : last.clockSet(by);
    }
  }

  /**
   * The state at one moment.
   *
   * @param latest at most one outcome for each planned probe, ordered by namespace, workload, pod,
   *     server, name, type and transport
   * @param failures at most a thousand, the newest first
   */
  public record Snapshot(List<Outcome> latest, List<Outcome> failures) {
    public Snapshot {
      requireNonNull(latest, "latest is null");
      requireNonNull(failures, "failures is null");
      latest = List.copyOf(latest);
      failures = List.copyOf(failures);
    }
  }
}
