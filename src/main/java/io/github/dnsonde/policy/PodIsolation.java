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
 * One side of a connection: a pod, and the NetworkPolicies that isolate it. All ways to read them
 * that Kubernetes leaves open are tried.
 */
record PodIsolation(
    Direction direction, Pod pod, List<NetworkPolicy> isolating, RuleMatcher rules) {

  private static final String LABELS =
      "a rule selects namespaces by labels, and the agent could not read those of a namespace";

  /**
   * What the policies say of a connection.
   *
   * @param ends whom it may be with: a Service chooses one of them, so all must fare the same; none
   *     when nothing is known of them
   */
  PolicyVerdict judge(List<RemoteEnd> ends) {
    if (isolating.isEmpty()) {
      return Allow.FREELY;
    }
    PolicyVerdict reach =
        ends.isEmpty()
            ? judgeUnseen(unknown(UnknownReason.NO_BACKENDS, Optional.empty()))
            : agreed(ends);
    return pod.hostNetwork() && !(reach instanceof Allow)
        ? unknown(ownNetwork(), Optional.of(Decision.ALLOW))
        : reach;
  }

  /**
   * What they say where nothing is known of the other end: only a policy that lets nothing pass is
   * clear.
   *
   * @param unknown the verdict otherwise
   */
  PolicyVerdict judgeUnseen(Unknown unknown) {
    boolean nothingPasses =
        isolating.stream().allMatch(each -> each.rules(direction).orElse(List.of()).isEmpty());
    return nothingPasses ? new Deny(isolating) : unknown;
  }

  /**
   * What lets something through depends on one open question or on the other, never on both at
   * once: so each is answered the other way by itself.
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
    PodIsolation generous = new PodIsolation(direction, pod, isolating, rules.asGenerous());
    return !rules.unlabelled().isEmpty()
        && Stream.of(
                Interpretation.COMMONEST,
                Interpretation.COMMONEST.beforeRewrite(),
                Interpretation.COMMONEST.seeingNodesPods())
            .anyMatch(
                reading ->
                    !passes(grants(ends, reading)).equals(passes(generous.grants(ends, reading))));
  }

  private List<Optional<Grant>> grants(List<RemoteEnd> ends, Interpretation reading) {
    return ends.stream().map(end -> rules.grant(isolating, direction, end.in(reading))).toList();
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
