package io.github.dnsonde.diagnosis;

import static java.util.Comparator.naturalOrder;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * The decision whether failing paths can already be compared with others. Probes take turns. An
 * answer from before the failures began shows nothing about them, and neither does a failure from
 * before the others were answered.
 */
final class Comparison {

  private Comparison() {}

  /**
   * Returns true if each of the other paths has an outcome that can be compared with these
   * failures.
   *
   * @param failing at least one path
   */
  static boolean isSettled(Collection<ExplainedPath> failing, Collection<ExplainedPath> others) {
    List<PathObservation> answered =
        others.stream()
            .map(ExplainedPath::pathObservation)
            .filter(PathObservation::answered)
            .toList();
    List<PathObservation> silent = failing.stream().map(ExplainedPath::pathObservation).toList();
    Instant asked = earliest(silent, PathObservation::queriedAt);
    return others.stream().map(ExplainedPath::pathObservation).noneMatch(PathObservation::wavering)
        && !earliest(answered, PathObservation::answeredAt)
            .isBefore(earliest(silent, PathObservation::since))
        && answered.stream().noneMatch(each -> each.answeredSince().isAfter(asked));
  }

  /** Returns the earliest of these; {@link Instant#MAX} if there is none. */
  private static Instant earliest(
      Collection<PathObservation> wires, Function<PathObservation, Instant> time) {
    return wires.stream().map(time).min(naturalOrder()).orElse(Instant.MAX);
  }
}
