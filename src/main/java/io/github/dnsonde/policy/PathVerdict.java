package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What policies say of a question from end to end: both sides must let it through (Kubernetes
 * documentation, "Network Policies"). Its answer comes back by the same way.
 *
 * @param egress of the pod that asks
 * @param ingress of whoever is asked
 */
public record PathVerdict(PolicyVerdict egress, PolicyVerdict ingress) {

  public PathVerdict {
    requireNonNull(egress, "egress is null");
    requireNonNull(ingress, "ingress is null");
  }

  /** The bare answer. */
  public Decision decision() {
    return both(egress.decision(), ingress.decision());
  }

  /** What to expect of it; empty when there is no telling. */
  public Optional<Decision> likely() {
    Decision likely =
        both(egress.likely().orElse(Decision.UNKNOWN), ingress.likely().orElse(Decision.UNKNOWN));
    return Optional.of(likely).filter(each -> each != Decision.UNKNOWN);
  }

  private static Decision both(Decision one, Decision other) {
    return Stream.of(Decision.DENY, Decision.UNKNOWN)
        .filter(each -> each == one || each == other)
        .findFirst()
        .orElse(Decision.ALLOW);
  }
}
