package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.PolicyVerdict.Allow;
import io.github.dnsonde.policy.PolicyVerdict.Deny;
import io.github.dnsonde.policy.PolicyVerdict.Grant;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One side of a connection: a pod, and the NetworkPolicies that isolate it. It tries all
 * interpretations that Kubernetes leaves open.
 */
record PodIsolation(
    Direction direction, Pod pod, List<NetworkPolicy> isolating, RuleMatcher matcher) {

  private static final String LABELS =
      "a rule selects namespaces by labels, and the agent could not read those of a namespace";

  /**
   * Returns the verdict of the policies on a connection.
   *
   * @param ends the possible remote ends; a Service chooses one, so all must have the same result;
   *     empty if they are unknown
   */
  PolicyVerdict judge(List<RemoteEnd> ends) {
    if (isolating.isEmpty()) {
      return Allow.FREELY;
    }
    PolicyVerdict policyVerdict =
        ends.isEmpty()
            ? judgeUnseen(unknown(UnknownReason.NO_BACKENDS, Optional.empty()))
            : agreed(ends);
    return pod.hostNetwork() && !(policyVerdict instanceof Allow)
        ? unknown(ownNetwork(), Optional.of(Decision.ALLOW))
        : policyVerdict;
  }

  /**
   * Returns the verdict if the other end is unknown. It is certain only if the policies allow
   * nothing at all.
   *
   * @param unknown the verdict otherwise
   */
  PolicyVerdict judgeUnseen(Unknown unknown) {
    boolean nothingPasses =
        isolating.stream().allMatch(policy -> policy.rules(direction).orElse(List.of()).isEmpty());
    return nothingPasses ? new Deny(isolating) : unknown;
  }

  /**
   * Returns the verdict that all interpretations share, or else {@link Unknown}. A rule depends on
   * one open point or on the other, never on both, so each is varied separately.
   */
  private PolicyVerdict agreed(List<RemoteEnd> ends) {
    List<Optional<Grant>> grants = grants(ends, Interpretation.COMMONEST);
    List<Boolean> passes = passes(grants);
    if (dependsOnUnknownLabels(ends)) {
      return new Unknown(UnknownReason.UNREAD, Optional.empty(), isolating, List.of(LABELS));
    }
    if (passes.stream().distinct().count() > 1) {
      return unknown(UnknownReason.MIXED_BACKENDS, Optional.empty());
    }
    Decision likely = passes.getFirst() ? Decision.ALLOW : Decision.DENY;
    if (!passes.equals(passes(grants(ends, Interpretation.COMMONEST.beforeRewrite())))) {
      return unknown(UnknownReason.SERVICE_REWRITE, Optional.of(likely));
    }
    if (!passes.equals(passes(grants(ends, Interpretation.COMMONEST.seeingNodesPods())))) {
      return unknown(othersNetwork(), Optional.of(likely));
    }
    return likely == Decision.ALLOW ? new Allow(isolating, grants.getFirst()) : new Deny(isolating);
  }

  private boolean dependsOnUnknownLabels(List<RemoteEnd> ends) {
    PodIsolation generous = new PodIsolation(direction, pod, isolating, matcher.asGenerous());
    return !matcher.unlabelled().isEmpty()
        && Stream.of(
                Interpretation.COMMONEST,
                Interpretation.COMMONEST.beforeRewrite(),
                Interpretation.COMMONEST.seeingNodesPods())
            .anyMatch(
                interpretation ->
                    !passes(grants(ends, interpretation))
                        .equals(passes(generous.grants(ends, interpretation))));
  }

  private List<Optional<Grant>> grants(List<RemoteEnd> ends, Interpretation interpretation) {
    return ends.stream()
        .map(end -> matcher.grant(isolating, direction, end.in(interpretation)))
        .toList();
  }

  private static List<Boolean> passes(List<Optional<Grant>> grants) {
    return grants.stream().map(Optional::isPresent).toList();
  }

  private Unknown unknown(UnknownReason why, Optional<Decision> likely) {
    return new Unknown(why, likely, isolating, List.of());
  }

  private UnknownReason ownNetwork() {
    return switch (direction) {
      case EGRESS -> UnknownReason.HOST_NETWORK_SOURCE;
      case INGRESS -> UnknownReason.HOST_NETWORK_DESTINATION;
    };
  }

  private UnknownReason othersNetwork() {
    return switch (direction) {
      case EGRESS -> UnknownReason.HOST_NETWORK_DESTINATION;
      case INGRESS -> UnknownReason.HOST_NETWORK_SOURCE;
    };
  }
}
