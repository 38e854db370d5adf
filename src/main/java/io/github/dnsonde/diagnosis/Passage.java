package io.github.dnsonde.diagnosis;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Ruling.Effect;
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
  Effect answer() {
    return both(egress.answer(), ingress.answer());
  }

  /** What to expect of it; empty when there is no telling. */
  Optional<Effect> likely() {
    Effect likely =
        both(egress.likely().orElse(Effect.UNKNOWN), ingress.likely().orElse(Effect.UNKNOWN));
    return Optional.of(likely).filter(each -> each != Effect.UNKNOWN);
  }

  private static Effect both(Effect one, Effect other) {
    return Stream.of(Effect.DENY, Effect.UNKNOWN)
        .filter(each -> each == one || each == other)
        .findFirst()
        .orElse(Effect.ALLOW);
  }
}
