package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The policies' word on one path, whatever its outcomes.
 *
 * @param opinion of a packet to the server as it is known
 * @param whenSilent of a packet that goes elsewhere, as the node may be set up otherwise than it
 *     seems ({@link Servers#otherwise}): that decides if nothing answers; empty where it says
 *     nothing else
 * @param whenAnswered the same: that decides if something answers
 */
record Stance(Opinion opinion, Optional<Opinion> whenSilent, Optional<Opinion> whenAnswered) {

  Stance {
    requireNonNull(opinion, "opinion is null");
    requireNonNull(whenSilent, "whenSilent is null");
    requireNonNull(whenAnswered, "whenAnswered is null");
  }

  /** The opinion that fits the outcomes. */
  Opinion of(Wire wire) {
    return whenSilent
        .filter(_ -> wire.silent())
        .or(() -> whenAnswered.filter(_ -> wire.answered()))
        .orElse(opinion);
  }

  /** Whether it says the same as another, whatever the policies are called. */
  boolean agrees(Stance other) {
    return opinion.agrees(other.opinion)
        && whenSilent.isPresent() == other.whenSilent.isPresent()
        && whenAnswered.isPresent() == other.whenAnswered.isPresent();
  }
}
