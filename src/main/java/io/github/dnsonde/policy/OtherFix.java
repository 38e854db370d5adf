package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyRules;
import io.github.dnsonde.cluster.PolicySet;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The policies of other kinds that allow DNS where policies of these kinds deny it, and a
 * NetworkPolicy would not help. Each is of the family of the policy that decides, and applies to
 * the pods of one namespace to which that policy applies: it isolates no other pods.
 */
final class OtherFix {

  /** The maximum number of policies that are evaluated. */
  private static final int MOST_TRIED = 12;

  /** The maximum number of deciding policies for each of which a policy is made. */
  private static final int MOST_DECIDING = 3;

  private OtherFix() {}

  /**
   * A denial by policies of other kinds.
   *
   * @param pod the pod whose policies deny
   * @param names the names that may be queried; empty for all
   */
  record Denial(Direction direction, Pod pod, OtherDecision by, List<DnsName> names) {
    Denial {
      names = List.copyOf(names);
      requireNonNull(direction, "direction is null");
      requireNonNull(pod, "pod is null");
      requireNonNull(by, "by is null");
    }
  }

  /**
   * Returns a policy that helps; empty if none does.
   *
   * @param rules the rules that are missing, in terms of NetworkPolicies
   * @param allowed whether a set of policies allows the queries
   */
  static Optional<ForeignPolicy> of(
      PolicyEvaluator evaluator,
      List<Denial> denials,
      List<Rule> rules,
      Predicate<PolicyEvaluator> allowed) {
    PolicySet policies = evaluator.policies();
    return denials.stream()
        .filter(denial -> !denial.by.isFinal())
        .distinct()
        .flatMap(denial -> candidates(denial, rules, policies))
        .limit(MOST_TRIED)
        .filter(policy -> allowed.test(new PolicyEvaluator(policies.with(policy))))
        .findFirst();
  }

  private static Stream<ForeignPolicy> candidates(
      Denial denial, List<Rule> rules, PolicySet policies) {
    return denial.by.policies().stream()
        .limit(MOST_DECIDING)
        .flatMap(
            deciding ->
                switch (deciding.rules().orElse(null)) {
                  case AdminRules admin -> AdminFix.of(deciding, admin, denial, rules, policies);
                  case CalicoRules calico -> CalicoFix.of(calico, denial, rules, policies).stream();
                  case CiliumRules cilium ->
                      CiliumFix.of(deciding, cilium, denial, rules, policies);
                  case CiliumSettings _ -> CiliumFix.ofEveryPod(denial, rules, policies);
                  case CalicoRules.Tier _ -> Stream.empty();
                  case CalicoRules.NetworkSet _ -> Stream.empty();
                  case null -> Stream.empty();
                });
  }

  /** Returns a policy of a kind with an unused name: it would replace another of the same name. */
  static ForeignPolicy policy(
      PolicyKind kind, String prefix, Denial denial, PolicyRules rules, PolicySet policies) {
    Optional<String> namespace =
        kind.namespaced() ? Optional.of(denial.pod.namespace()) : Optional.empty();
    List<String> taken =
        policies.foreign().stream()
            .filter(each -> each.kind().kind().equals(kind.kind()))
            .filter(each -> each.namespace().equals(namespace))
            .flatMap(each -> each.name().stream())
            .map(name -> kind.isOfCalico() ? CalicoRules.shownName(name) : name)
            .toList();
    EnumSet<Direction> directions = EnumSet.of(denial.direction);
    return new ForeignPolicy(
            kind,
            namespace,
            Optional.of(SuggestedPolicy.freeName(prefix, taken)),
            ForeignPolicy.Rank.BESIDE,
            directions,
            directions,
            ForeignPolicy.Subject.ALL)
        .with(rules);
  }

  /**
   * Returns the namespace of a peer: the rules that are missing select namespaces by their name.
   */
  static String namespace(Peer.Selected peer) {
    return peer.namespaces()
        .flatMap(
            namespaces -> Optional.ofNullable(namespaces.matchLabels().get(Labels.NAMESPACE_NAME)))
        .orElseThrow();
  }
}
