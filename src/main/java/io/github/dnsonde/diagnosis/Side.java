package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.diagnosis.Reach.Allow;
import io.github.dnsonde.diagnosis.Reach.Deny;
import io.github.dnsonde.diagnosis.Reach.Grant;
import io.github.dnsonde.diagnosis.Reach.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One side of a connection: a pod, and the NetworkPolicies that isolate it. All ways to read them
 * that Kubernetes leaves open are tried.
 */
record Side(Direction direction, Pod pod, List<NetworkPolicy> isolating, Rules rules) {

  private static final String LABELS =
      "a rule selects namespaces by labels, and the agent could not read those of a namespace";

  /**
   * What the policies say of a connection.
   *
   * @param ends whom it may be with: a Service chooses one of them, so all must fare the same; none
   *     when nothing is known of them
   */
  Reach judge(List<End> ends) {
    if (isolating.isEmpty()) {
      return Allow.FREELY;
    }
    Reach reach =
        ends.isEmpty() ? judgeUnseen(unknown(Doubt.NO_BACKENDS, Optional.empty())) : agreed(ends);
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
  Reach judgeUnseen(Unknown unknown) {
    boolean nothingPasses =
        isolating.stream().allMatch(each -> each.rules(direction).orElse(List.of()).isEmpty());
    return nothingPasses ? new Deny(isolating) : unknown;
  }

  /**
   * What lets something through depends on one open question or on the other, never on both at
   * once: so each is answered the other way by itself.
   */
  private Reach agreed(List<End> ends) {
    List<Optional<Grant>> grants = grants(ends, Reading.COMMONEST);
    List<Boolean> passes = passes(grants);
    if (dependsOnUnknownLabels(ends)) {
      return new Unknown(Doubt.UNREAD, Optional.empty(), isolating, List.of(LABELS));
    }
    if (passes.stream().distinct().count() > 1) {
      return unknown(Doubt.MIXED_BACKENDS, Optional.empty());
    }
    Decision likely = passes.getFirst() ? Decision.ALLOW : Decision.DENY;
    if (!passes.equals(passes(grants(ends, Reading.COMMONEST.beforeRewrite())))) {
      return unknown(Doubt.SERVICE_REWRITE, Optional.of(likely));
    }
    if (!passes.equals(passes(grants(ends, Reading.COMMONEST.seeingNodesPods())))) {
      return unknown(othersNetwork(), Optional.of(likely));
    }
    return likely == Decision.ALLOW ? new Allow(isolating, grants.getFirst()) : new Deny(isolating);
  }

  private boolean dependsOnUnknownLabels(List<End> ends) {
    Side generous = new Side(direction, pod, isolating, rules.asGenerous());
    return !rules.unlabelled().isEmpty()
        && Stream.of(
                Reading.COMMONEST,
                Reading.COMMONEST.beforeRewrite(),
                Reading.COMMONEST.seeingNodesPods())
            .anyMatch(
                reading ->
                    !passes(grants(ends, reading)).equals(passes(generous.grants(ends, reading))));
  }

  private List<Optional<Grant>> grants(List<End> ends, Reading reading) {
    return ends.stream().map(end -> rules.grant(isolating, direction, end.in(reading))).toList();
  }

  private static List<Boolean> passes(List<Optional<Grant>> grants) {
    return grants.stream().map(Optional::isPresent).toList();
  }

  private Unknown unknown(Doubt why, Optional<Decision> likely) {
    return new Unknown(why, likely, isolating, List.of());
  }

  private Doubt ownNetwork() {
    return switch (direction) {
      case EGRESS -> Doubt.HOST_NETWORK_SOURCE;
      case INGRESS -> Doubt.HOST_NETWORK_DESTINATION;
    };
  }

  private Doubt othersNetwork() {
    return switch (direction) {
      case EGRESS -> Doubt.HOST_NETWORK_DESTINATION;
      case INGRESS -> Doubt.HOST_NETWORK_SOURCE;
    };
  }
}
