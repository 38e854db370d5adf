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
 * One side of a connection: a pod, and the policies that decide on its traffic. It tries all
 * interpretations that Kubernetes leaves open.
 *
 * @param isolating the NetworkPolicies that isolate the pod
 * @param defect the verdict of the NetworkPolicies if they cannot be evaluated
 * @param family policies of another kind that decide together with them; empty if there are none
 * @param isolatedOtherwise whether NetworkPolicies isolate the pod in the other direction
 */
record PodIsolation(
    Direction direction,
    Pod pod,
    List<NetworkPolicy> isolating,
    RuleMatcher matcher,
    Optional<PolicyVerdict> defect,
    Optional<FamilyEvaluator> family,
    boolean isolatedOtherwise) {

  private static final String LABELS =
      "a rule selects namespaces by labels, and the agent could not read those of a namespace";

  /** Returns the same side with policies of another kind that decide together with these. */
  PodIsolation with(FamilyEvaluator other) {
    return new PodIsolation(
        direction, pod, isolating, matcher, defect, Optional.of(other), isolatedOtherwise);
  }

  /**
   * Returns the verdict of the policies on a connection.
   *
   * @param ends the possible remote ends; a Service chooses one, so all must have the same result;
   *     empty if they are unknown
   */
  PolicyVerdict judge(List<RemoteEnd> ends) {
    if (isFree()) {
      return Allow.FREELY;
    }
    PolicyVerdict policyVerdict =
        ends.isEmpty()
            ? judgeUnseen(unknown(UnknownReason.NO_BACKENDS, Optional.empty()))
            : agreed(ends);
    boolean isInDoubt =
        policyVerdict instanceof Deny || (family.isEmpty() && policyVerdict instanceof Unknown);
    return pod.hostNetwork() && isInDoubt
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
    if (isFree()) {
      return Allow.FREELY;
    }
    boolean nothingPasses =
        isolating.stream().allMatch(policy -> policy.rules(direction).orElse(List.of()).isEmpty());
    return defect.orElse(
        nothingPasses && family.isEmpty() && !isolating.isEmpty() ? new Deny(isolating) : unknown);
  }

  private boolean isFree() {
    return isolating.isEmpty() && defect.isEmpty() && family.isEmpty();
  }

  /**
   * Returns the verdict that all interpretations share, or else {@link Unknown}. A rule depends on
   * one open point or on the other, never on both, so each is varied separately.
   */
  private PolicyVerdict agreed(List<RemoteEnd> ends) {
    List<PolicyVerdict> verdicts = verdicts(ends, Interpretation.COMMONEST);
    List<PolicyVerdict> beforeRewrite = verdicts(ends, Interpretation.COMMONEST.beforeRewrite());
    List<PolicyVerdict> onNodes = verdicts(ends, Interpretation.COMMONEST.seeingNodesPods());
    Optional<PolicyVerdict> open =
        Stream.of(verdicts, beforeRewrite, onNodes)
            .flatMap(List::stream)
            .filter(Unknown.class::isInstance)
            .findFirst();
    if (open.isPresent()) {
      return open.get();
    }
    if (decisions(verdicts).stream().distinct().count() > 1) {
      return unknown(UnknownReason.MIXED_BACKENDS, Optional.empty());
    }
    Optional<Decision> likely = verdicts.getFirst().likely();
    if (!decisions(verdicts).equals(decisions(beforeRewrite))) {
      return unknown(UnknownReason.SERVICE_REWRITE, likely);
    }
    if (!decisions(verdicts).equals(decisions(onNodes))) {
      return unknown(othersNetwork(), likely);
    }
    return verdicts.getFirst();
  }

  private List<PolicyVerdict> verdicts(List<RemoteEnd> ends, Interpretation interpretation) {
    return ends.stream().map(end -> verdict(end, interpretation)).toList();
  }

  private static List<Decision> decisions(List<PolicyVerdict> verdicts) {
    return verdicts.stream().map(PolicyVerdict::decision).toList();
  }

  private PolicyVerdict verdict(RemoteEnd end, Interpretation interpretation) {
    PolicyVerdict standard = defect.orElseGet(() -> standard(end.in(interpretation)));
    return family
        .map(other -> other.judge(new Connection(direction, pod, end, isolatedOtherwise), standard))
        .orElse(standard);
  }

  /** Returns the verdict of the NetworkPolicies alone. */
  private PolicyVerdict standard(PeerView peerView) {
    if (isolating.isEmpty()) {
      return Allow.FREELY;
    }
    Optional<Grant> grant = matcher.grant(isolating, direction, peerView);
    boolean isOpen =
        !matcher.namespaces().unlabelled().isEmpty()
            && grant.isPresent()
                != matcher.asGenerous().grant(isolating, direction, peerView).isPresent();
    if (isOpen) {
      return new Unknown(UnknownReason.UNREAD, Optional.empty(), isolating, List.of(LABELS));
    }
    return grant.isPresent() ? new Allow(isolating, grant) : new Deny(isolating);
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
