package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The latest outcomes of a probe that are alike: good answers in a row, or failures in a row.
 * Untested outcomes leave the streak as it is.
 *
 * <p>The schedule folds the outcomes of each probe and hands the streak to its listeners: this is
 * the one count of failures in a row, which the metrics, the log, the findings and the order of the
 * schedule share.
 *
 * @param latest the last outcome that was tested
 * @param length the number of outcomes in the row
 * @param reasons the number of failures in the row by reason; empty when the latest was good
 * @param since the time at which the first outcome of the row was asked
 */
public record Streak(
    Outcome latest, int length, SortedMap<Reason, Integer> reasons, Instant since) {

  private static final SortedMap<Reason, Integer> NONE =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  public Streak {
    requireNonNull(latest, "latest is null");
    requireNonNull(since, "since is null");
    reasons = reasons.isEmpty() ? NONE : Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
    int failures = reasons.values().stream().mapToInt(Integer::intValue).sum();
    boolean possible =
        switch (latest.verdict()) {
          case Verdict.Good _ -> length > 0 && failures == 0;
          case Verdict.Failed _ -> length > 0 && failures == length;
          case Verdict.Untested _ -> false;
        };
    if (!possible) {
      throw new IllegalArgumentException(
          "no streak of " + length + ": " + reasons + ", then " + latest);
    }
  }

  /** Starts a streak with the first outcome of a probe. */
  public static Streak begin(Outcome first) {
    return new Streak(first, 1, counted(NONE, first), first.at());
  }

  /** Returns a copy with times moved by this much, after the wall clock was set. */
  public Streak clockSet(Duration by) {
    return new Streak(latest.clockSet(by), length, reasons, since.plus(by));
  }

  /** Returns the streak with one more outcome. */
  public Streak then(Outcome next) {
    return switch (next.verdict()) {
      case Verdict.Good _ -> failures() == 0 ? longer(next) : begin(next);
      case Verdict.Failed _ -> failures() == 0 ? begin(next) : longer(next);
      case Verdict.Untested _ -> this;
    };
  }

  private Streak longer(Outcome next) {
    return new Streak(next, length + 1, counted(reasons, next), since);
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
    return reasons.isEmpty() ? 0 : length;
  }
}
