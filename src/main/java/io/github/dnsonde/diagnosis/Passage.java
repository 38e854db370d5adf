package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * What policies say of a question from end to end: both sides must let it through (Kubernetes
 * documentation, "Network Policies"). Its answer comes back by the same way.
 *
 * @param egress of the pod that asks
 * @param ingress of whoever is asked
 */
record Passage(Reach egress, Reach ingress) {

  Passage {
    requireNonNull(egress, "egress is null");
    requireNonNull(ingress, "ingress is null");
  }

  /** The bare answer. */
  Answer answer() {
    return both(egress.answer(), ingress.answer());
  }

  /** What to expect of it; empty when there is no telling. */
  Optional<Answer> likely() {
    Answer likely =
        both(egress.likely().orElse(Answer.UNKNOWN), ingress.likely().orElse(Answer.UNKNOWN));
    return Optional.of(likely).filter(each -> each != Answer.UNKNOWN);
  }

  private static Answer both(Answer one, Answer other) {
    return Stream.of(Answer.DENY, Answer.UNKNOWN)
        .filter(each -> each == one || each == other)
        .findFirst()
        .orElse(Answer.ALLOW);
  }
}
