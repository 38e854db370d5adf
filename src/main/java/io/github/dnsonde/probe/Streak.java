package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * How a probe has fared of late. An untested question is as if it had not been asked.
 *
 * @param latest what became of it last
 * @param failures how many in a row have failed; 0 when the latest was good
 * @param since when the first of these was asked; when the latest was, where none failed
 */
public record Streak(Outcome latest, int failures, Instant since) {

  public Streak {
    requireNonNull(latest, "latest is null");
    requireNonNull(since, "since is null");
    if (failures < 0 || latest.verdict() instanceof Verdict.Untested) {
      throw new IllegalArgumentException("no streak: " + failures + " failures, then " + latest);
    }
  }

  /** The streak of a probe of which this is the first outcome. */
  public static Streak begin(Outcome first) {
    return new Streak(first, first.verdict() instanceof Verdict.Failed ? 1 : 0, first.at());
  }

  /** The streak with one more outcome. */
  public Streak then(Outcome next) {
    return switch (next.verdict()) {
      case Verdict.Good _ -> begin(next);
      case Verdict.Failed _ -> failures == 0 ? begin(next) : new Streak(next, failures + 1, since);
      case Verdict.Untested _ -> this;
    };
  }
}
