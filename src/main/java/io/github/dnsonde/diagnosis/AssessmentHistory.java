package io.github.dnsonde.diagnosis;

import io.github.dnsonde.probe.ProbePath;
import io.github.dnsonde.probe.Streak;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The time since which the policies have decided on each path as they do now. The outcome of a
 * query that was sent under an earlier decision is no evidence about the present one. Belongs to
 * one thread.
 */
final class AssessmentHistory {

  /** The longest time to wait for an outcome; the clock may have been set back. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Map<ProbePath, Known> known = new HashMap<>();

  /**
   * The decision of the policies.
   *
   * @param since the time since which it holds; {@link Instant#EPOCH} if it always has
   */
  private record Known(ConditionalAssessment conditionalAssessment, Instant since) {
    Known clockSet(Duration by) {
      return since.equals(Instant.EPOCH) ? this : new Known(conditionalAssessment, since.plus(by));
    }

    /** Returns true if nothing is known yet. Policies that become known existed before. */
    boolean isUnknown() {
      return conditionalAssessment.assessment() instanceof PathAssessment.Unknown;
    }
  }

  /** Returns a path with the present decision of the policies. */
  ExplainedPath judge(
      PathObservation pathObservation, ConditionalAssessment conditionalAssessment, Instant now) {
    Known before = known.get(pathObservation.path());
    Instant since = Instant.EPOCH;
    if (before != null && !before.isUnknown()) {
      since = before.conditionalAssessment().agrees(conditionalAssessment) ? before.since() : now;
    }
    known.put(pathObservation.path(), new Known(conditionalAssessment, since));
    return new ExplainedPath(pathObservation, conditionalAssessment.of(pathObservation), since);
  }

  /** Moves the remembered times after the wall clock was set by this much. */
  void clockSet(Duration by) {
    known.replaceAll((_, each) -> each.clockSet(by));
  }

  /** Forgets all other paths. */
  void retain(List<ExplainedPath> paths) {
    known.keySet().retainAll(paths.stream().map(ExplainedPath::path).collect(Collectors.toSet()));
  }

  /** Returns the path with only the outcomes that are evidence; empty if there is none yet. */
  static Optional<ExplainedPath> current(ExplainedPath explainedPath, Instant now) {
    Instant since = explainedPath.opinionSince();
    if (Duration.between(since, now).abs().compareTo(PATIENCE) > 0) {
      return Optional.of(explainedPath);
    }
    List<Streak> current =
        explainedPath.pathObservation().streaks().stream()
            .filter(streak -> !streak.latest().at().isBefore(since))
            .toList();
    return current.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ExplainedPath(
                new PathObservation(explainedPath.path(), current),
                explainedPath.assessment(),
                since));
  }
}
