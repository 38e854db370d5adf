package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The verdict of policies on a query from end to end: both sides must allow it (Kubernetes
 * documentation, "Network Policies"). The reply is then also allowed.
 *
 * @param egress the verdict for the querying pod
 * @param ingress the verdict for the queried destination
 */
public record PathVerdict(PolicyVerdict egress, PolicyVerdict ingress) {

  public PathVerdict {
    requireNonNull(egress, "egress is null");
    requireNonNull(ingress, "ingress is null");
  }

  /** Returns the decision alone. */
  public Decision decision() {
    return both(egress.decision(), ingress.decision());
  }

  /** Returns the certain or likely decision; empty if it is unknown. */
  public Optional<Decision> likely() {
    Decision likely =
        both(egress.likely().orElse(Decision.UNKNOWN), ingress.likely().orElse(Decision.UNKNOWN));
    return Optional.of(likely).filter(decision -> decision != Decision.UNKNOWN);
  }

  private static Decision both(Decision one, Decision other) {
    return Stream.of(Decision.DENY, Decision.UNKNOWN)
        .filter(decision -> decision == one || decision == other)
        .findFirst()
        .orElse(Decision.ALLOW);
  }
}
