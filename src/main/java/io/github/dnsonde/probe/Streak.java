package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The latest outcomes of a probe that are alike: good answers in a row, or failures in a row.
 * Untested outcomes do not count.
 *
 * @param latest the last outcome that was tested
 * @param reasons the number of failures in a row by reason; empty if the latest was good
 * @param since the time of the first outcome of the row
 */
public record Streak(Outcome latest, SortedMap<Reason, Integer> reasons, Instant since) {

  private static final SortedMap<Reason, Integer> NONE =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  public Streak {
    requireNonNull(latest, "latest is null");
    requireNonNull(since, "since is null");
    reasons = reasons.isEmpty() ? NONE : Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    if (latest.verdict() instanceof Verdict.Untested
        || reasons.isEmpty() != (latest.verdict() instanceof Verdict.Good)) {
      throw new IllegalArgumentException("not a streak: " + reasons + ", then " + latest);
    }
  }

  /** Starts a streak with the first outcome of a probe. */
  public static Streak begin(Outcome first) {
    return new Streak(first, counted(NONE, first), first.at());
  }

  /** Returns a copy with times moved by this much, after the wall clock was set. */
  public Streak clockSet(Duration by) {
    return new Streak(latest.clockSet(by), reasons, since.plus(by));
  }

  /** Returns the streak with one more outcome. */
  public Streak then(Outcome next) {
    return switch (next.verdict()) {
      case Verdict.Good _ -> failures() == 0 ? new Streak(next, NONE, since) : begin(next);
      case Verdict.Failed _ ->
          failures() == 0 ? begin(next) : new Streak(next, counted(reasons, next), since);
      case Verdict.Untested _ -> this;
    };
  }

  private static SortedMap<Reason, Integer> counted(
      SortedMap<Reason, Integer> before, Outcome next) {
    if (!(next.verdict() instanceof Verdict.Failed(Reason reason))) {
      return NONE;
    }
    SortedMap<Reason, Integer> counted = new TreeMap<>(before);
    counted.merge(reason, 1, Integer::sum);
    return counted;
  }

  /** The number of failures in a row; 0 if the latest was good. */
  public int failures() {
    return reasons.values().stream().mapToInt(Integer::intValue).sum();
  }
}
