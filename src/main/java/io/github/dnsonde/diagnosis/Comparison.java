package io.github.dnsonde.diagnosis;

import static java.util.Comparator.naturalOrder;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Whether paths that fail can be told apart from others yet. Probes take turns: an answer from
 * before the failures began shows nothing about them, and neither does a failure from before the
 * others were answered.
 */
final class Comparison {

  private Comparison() {}

  /**
   * Whether each of the others has an outcome that counts beside these failures.
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
    Instant asked = earliest(silent, PathObservation::asked);
    return others.stream().map(ExplainedPath::pathObservation).noneMatch(PathObservation::wavering)
        && !earliest(answered, PathObservation::answeredAt)
            .isBefore(earliest(silent, PathObservation::since))
        && answered.stream().noneMatch(each -> each.answeredSince().isAfter(asked));
  }

  /** The earliest of these; the end of time where there is none. */
  private static Instant earliest(
      Collection<PathObservation> wires, Function<PathObservation, Instant> time) {
    return wires.stream().map(time).min(naturalOrder()).orElse(Instant.MAX);
  }
}
