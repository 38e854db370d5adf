package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.PolicyVerdict.Grant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Matches traffic with the rules of policies. A rule allows any of its peers with any of its ports
 * (Kubernetes API reference, NetworkPolicyEgressRule, NetworkPolicyIngressRule).
 *
 * @param generous whether a selector that may match such a namespace counts as a match
 */
record RuleMatcher(NamespaceLabels namespaces, boolean generous) {

  /** Returns a matcher for which every selector that may match does match. */
  RuleMatcher asGenerous() {
    return new RuleMatcher(namespaces, true);
  }

  /**
   * Returns the first rule that allows the traffic. The policies have no order: any rule is right.
   */
  Optional<Grant> grant(List<NetworkPolicy> policies, Direction direction, PeerView peerView) {
    return grants(policies, direction, peerView).findFirst();
  }

  /** Returns all rules that allow the traffic. */
  Stream<Grant> grants(List<NetworkPolicy> policies, Direction direction, PeerView peerView) {
    return policies.stream()
        .flatMap(policy -> grants(policy, policy.rules(direction).orElse(List.of()), peerView));
  }

  private Stream<Grant> grants(NetworkPolicy policy, List<Rule> rules, PeerView peerView) {
    return IntStream.range(0, rules.size())
        .boxed()
        .flatMap(index -> grant(policy, rules.get(index), index, peerView).stream());
  }

  private Optional<Grant> grant(NetworkPolicy policy, Rule rule, int index, PeerView peerView) {
    if (rule.peers().isEmpty()) {
      return peerView.toAnybody().isAmong(rule.ports())
          ? Optional.of(new Grant(policy, index, OptionalInt.empty()))
          : Optional.empty();
    }
    return IntStream.range(0, rule.peers().size())
        .filter(peer -> matches(rule.peers().get(peer), rule, policy, peerView))
        .mapToObj(peer -> new Grant(policy, index, OptionalInt.of(peer)))
        .findFirst();
  }

  private boolean matches(Peer peer, Rule rule, NetworkPolicy policy, PeerView peerView) {
    return switch (peer) {
      case Peer.Block block ->
          peerView.address().filter(block::contains).isPresent()
              && peerView.toBlock().isAmong(rule.ports());
      case Peer.Selected selected ->
          peerView.pod().filter(pod -> isSelected(pod, selected, policy)).isPresent()
              && peerView.toPod().isAmong(rule.ports());
    };
  }

  /**
   * Returns whether a peer selects a pod. Without a namespace selector, it means its own namespace.
   */
  private boolean isSelected(Pod pod, Peer.Selected selected, NetworkPolicy policy) {
    return selected.pods().orElse(LabelSelector.EVERYTHING).matches(pod.labels())
        && selected
            .namespaces()
            .map(selector -> matches(selector, pod.namespace()))
            .orElse(pod.namespace().equals(policy.namespace()));
  }

  private boolean matches(LabelSelector selector, String namespace) {
    Match match = namespaces.matches(selector, namespace);
    return match == Match.YES || (generous && match == Match.MAYBE);
  }
}
