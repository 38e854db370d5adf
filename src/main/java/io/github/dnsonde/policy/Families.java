package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The families of policy kinds in a cluster. A cluster usually has one engine. If it has policies
 * of several families, each is judged alone with the NetworkPolicies; if they differ, the verdict
 * is unknown.
 */
record Families(List<FamilyEvaluator> all) {

  Families {
    all = List.copyOf(all);
  }

  /** Returns the families of which there are policies whose rules are known. */
  static Families of(List<ForeignPolicy> policies, NamespaceLabels namespaces) {
    List<ForeignPolicy> calico =
        policies.stream().filter(each -> each.kind().isOfCalico()).toList();
    return new Families(
        Stream.<FamilyEvaluator>of(
                new AdminEvaluator(policies, namespaces),
                CiliumModes.of(policies, namespaces),
                new CalicoEvaluator(calico, namespaces))
            .filter(family -> !family.isEmpty())
            .toList());
  }

  /** Returns the families that may decide on a pod's traffic. */
  List<FamilyEvaluator> concerning(Pod pod, Direction direction) {
    return all.stream().filter(family -> family.concerns(pod, direction)).toList();
  }

  /**
   * Returns the verdict that all of the families share, or else {@link Unknown}. A decision that is
   * certain or likely to each of them stays likely. A family that leaves the decision to
   * NetworkPolicies has no part in it if another one decides.
   *
   * @param standard the verdict of NetworkPolicies alone
   */
  static PolicyVerdict agreed(List<PolicyVerdict> all, PolicyVerdict standard) {
    List<PolicyVerdict> deciding =
        all.stream()
            .filter(verdict -> verdict instanceof Unknown || !verdict.equals(standard))
            .toList();
    boolean decides = deciding.stream().anyMatch(verdict -> verdict.other().isPresent());
    List<PolicyVerdict> verdicts = decides ? deciding : all;
    List<Decision> decisions = verdicts.stream().map(PolicyVerdict::decision).distinct().toList();
    List<Optional<Decision>> likely =
        verdicts.stream().map(PolicyVerdict::likely).distinct().toList();
    if (decisions.size() == 1 && likely.size() == 1) {
      return verdicts.stream()
          .filter(verdict -> verdict.other().isPresent())
          .findFirst()
          .orElse(verdicts.getFirst());
    }
    List<String> about = verdicts.stream().flatMap(Families::said).distinct().toList();
    return new Unknown(
        UnknownReason.FOREIGN_POLICY,
        likely.size() == 1 ? likely.getFirst() : Optional.empty(),
        verdicts.getFirst().isolating(),
        about,
        likely.size() == 1
            ? verdicts.stream().flatMap(verdict -> verdict.other().stream()).findFirst()
            : Optional.empty());
  }

  /** Returns what a family says, in sentences. */
  private static Stream<String> said(PolicyVerdict verdict) {
    return Stream.concat(
        Unknowns.about(verdict),
        (verdict instanceof Unknown ? Stream.<OtherDecision>of() : verdict.other().stream())
            .map(
                other ->
                    "By its own engine, "
                        + other.clause()
                        + ", but policies of another engine decide otherwise."));
  }
}
