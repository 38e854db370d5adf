package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The assessment of one path by the policies, whatever its outcomes.
 *
 * @param assessment of a packet to the server as it is known
 * @param whenSilent of a packet to another destination, as the node may be set up otherwise than it
 *     seems ({@link ServerDestinations#otherwise}). It decides if nothing answers; empty if it is
 *     the same
 * @param whenAnswered likewise; it decides if something answers
 */
record ConditionalAssessment(
    PathAssessment assessment,
    Optional<PathAssessment> whenSilent,
    Optional<PathAssessment> whenAnswered) {

  ConditionalAssessment {
    requireNonNull(assessment, "assessment is null");
    requireNonNull(whenSilent, "whenSilent is null");
    requireNonNull(whenAnswered, "whenAnswered is null");
  }

  /** Returns the assessment that fits the outcomes. */
  PathAssessment of(PathObservation pathObservation) {
    return whenSilent
        .filter(_ -> pathObservation.silent())
        .or(() -> whenAnswered.filter(_ -> pathObservation.answered()))
        .orElse(assessment);
  }

  /** Returns true if both say the same, whatever the policies' names. */
  boolean agrees(ConditionalAssessment other) {
    return assessment.agrees(other.assessment)
        && whenSilent.isPresent() == other.whenSilent.isPresent()
        && whenAnswered.isPresent() == other.whenAnswered.isPresent();
  }
}
