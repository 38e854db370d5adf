package io.github.dnsonde.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Properties of every set of policies, checked for many sets of policies from the cases. */
class VerdictPropertiesTest {

  private static final int ROUNDS = 3_000;

  private final Random random = new Random(7);
  private final List<NetpolCase> cases = new ArrayList<>();
  private final List<NetworkPolicy> pool;

  VerdictPropertiesTest() throws IOException {
    cases.addAll(NetpolCase.inResource("netpol-cases.yaml"));
    cases.addAll(NetpolCase.inResource("further-cases.yaml"));
    pool = cases.stream().flatMap(known -> known.policies().policies().stream()).toList();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private PolicySet some(NetpolCase known) {
    List<NetworkPolicy> policies =
        IntStream.range(0, random.nextInt(4)).mapToObj(_ -> any(pool)).distinct().toList();
    return set(known, policies);
  }

  private static PolicySet set(NetpolCase known, List<NetworkPolicy> policies) {
    return new PolicySet(known.policies().namespaces(), policies, List.of(), List.of());
  }

  private static PolicyVerdict egress(NetpolCase known, PolicySet policies) {
    return new PolicyEvaluator(policies)
        .egress(known.source(), known.destination(), known.portProtocol());
  }

  @Test
  void aFurtherPolicyOnlyAllowsMoreForAnIsolatedPod() {
    for (int round = 0; round < ROUNDS; round++) {
      NetpolCase known = any(cases);
      PolicySet before = some(known);
      NetworkPolicy further = any(pool);
      boolean isolated =
          !new PolicyEvaluator(before).isolating(known.source(), Direction.EGRESS).isEmpty();
      if (isolated
          && !further.namespace().isEmpty()
          && egress(known, before).decision() == Decision.ALLOW) {
        assertEquals(
            Decision.ALLOW,
            egress(known, before.with(further)).decision(),
            () -> known + " " + before);
      }
    }
  }

  @Test
  void theirOrderDoesNotMatter() {
    for (int round = 0; round < ROUNDS; round++) {
      NetpolCase known = any(cases);
      List<NetworkPolicy> policies = new ArrayList<>(some(known).policies());
      Decision before = egress(known, set(known, policies)).decision();
      Collections.shuffle(policies, random);
      assertEquals(before, egress(known, set(known, policies)).decision(), () -> known.id());
    }
  }

  @Test
  void policiesOfOtherNamespacesDoNotAffectEgress() {
    for (int round = 0; round < ROUNDS; round++) {
      NetpolCase known = any(cases);
      PolicySet before = some(known);
      NetworkPolicy elsewhere = like(any(pool), "elsewhere", any(pool).egress());
      assertEquals(egress(known, before), egress(known, before.with(elsewhere)), () -> known.id());
    }
  }

  @Test
  void aRuleWithoutPeersAllowsEverything() {
    NetworkPolicy all =
        like(any(pool), "shop", Optional.of(List.of(new Rule(List.of(), List.of()))));
    for (NetpolCase known : cases) {
      if (known.source().namespace().equals("shop")) {
        assertEquals(
            Decision.ALLOW, egress(known, set(known, List.of(all))).decision(), () -> known.id());
      }
    }
  }

  @Test
  void rulesCanBeSplitIntoSeparatePolicies() {
    for (NetworkPolicy policy : pool) {
      NetpolCase known = any(cases);
      List<NetworkPolicy> split =
          policy.egress().orElse(List.of()).stream()
              .map(rule -> like(policy, policy.namespace(), Optional.of(List.of(rule))))
              .toList();
      if (!split.isEmpty() && !policy.namespace().isEmpty()) {
        assertEquals(
            egress(known, set(known, List.of(policy, policy))).decision(),
            egress(known, set(known, withSelector(split, policy))).decision(),
            () -> known + " " + policy);
      }
    }
  }

  private static List<NetworkPolicy> withSelector(
      List<NetworkPolicy> policies, NetworkPolicy original) {
    return policies.stream()
        .map(
            policy ->
                new NetworkPolicy(
                    policy.namespace(),
                    policy.name(),
                    original.selects(),
                    policy.ingress(),
                    policy.egress(),
                    policy.origin()))
        .toList();
  }

  private static NetworkPolicy like(
      NetworkPolicy policy, String namespace, Optional<List<Rule>> egress) {
    return new NetworkPolicy(
        namespace, policy.name(), LabelSelector.EVERYTHING, Optional.empty(), egress, Origin.NONE);
  }

  @Test
  void theStandardVerdictStaysLikelyIfForeignKindsMayBeInUse() {
    PolicyKind kind = new PolicyKind("cilium.io", "CiliumNetworkPolicy", true);
    for (NetpolCase known : cases) {
      PolicySet given = known.policies();
      PolicyVerdict alone = egress(known, set(known, given.policies()));
      ClusterView live =
          new ClusterView(
              given.namespaces(),
              List.of(),
              List.of(),
              given.policies(),
              Optional.empty(),
              List.of(),
              OtherPolicies.possible(Set.of(kind)),
              OptionalInt.empty());
      PolicyVerdict there =
          PolicyEvaluator.of(live)
              .egress(known.source(), known.destination(), known.portProtocol());
      if (!(known.destination() instanceof Destination.Itself)
          && !(alone instanceof PolicyVerdict.Unknown(UnknownReason why, _, _, _, _)
              && why == UnknownReason.MISSING_NAMESPACE)) {
        assertEquals(Decision.UNKNOWN, there.decision(), known.id());
        assertEquals(alone.likely(), there.likely(), known.id());
      }
    }
  }

  @Test
  void theAllowingRuleIsNamed() throws IOException {
    NetpolCase known =
        cases.stream()
            .filter(one -> one.id().equals("ip-except-then-selector"))
            .findFirst()
            .orElseThrow();
    PolicyVerdict.Allow reach = (PolicyVerdict.Allow) egress(known, known.policies());
    PolicyVerdict.Grant grant = reach.by().orElseThrow();
    assertEquals(known.policies().policies().getLast(), grant.policy());
    assertEquals(0, grant.rule());
    assertTrue(grant.peer().isPresent() && grant.peer().getAsInt() == 1, grant::toString);
    assertEquals(Map.of(), reach.isolating().getLast().selects().matchLabels());
  }
}
