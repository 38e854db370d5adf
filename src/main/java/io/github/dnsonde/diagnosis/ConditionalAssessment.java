package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The policies' word on one path, whatever its outcomes.
 *
 * @param assessment of a packet to the server as it is known
 * @param whenSilent of a packet that goes elsewhere, as the node may be set up otherwise than it
 *     seems ({@link ServerDestinations#otherwise}): that decides if nothing answers; empty where it
 *     says nothing else
 * @param whenAnswered the same: that decides if something answers
 */
record ConditionalAssessment(
    PathAssessment assessment,
    Optional<PathAssessment> whenSilent,
    Optional<PathAssessment> whenAnswered) {

  ConditionalAssessment {
    requireNonNull(assessment, "opinion is null");
    requireNonNull(whenSilent, "whenSilent is null");
    requireNonNull(whenAnswered, "whenAnswered is null");
  }

  /** The opinion that fits the outcomes. */
  PathAssessment of(PathObservation pathObservation) {
    return whenSilent
        .filter(_ -> pathObservation.silent())
        .or(() -> whenAnswered.filter(_ -> pathObservation.answered()))
        .orElse(assessment);
  }

  /** Whether it says the same as another, whatever the policies are called. */
  boolean agrees(ConditionalAssessment other) {
    return assessment.agrees(other.assessment)
        && whenSilent.isPresent() == other.whenSilent.isPresent()
        && whenAnswered.isPresent() == other.whenAnswered.isPresent();
  }
}
