package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.AdminRules.Action;
import io.github.dnsonde.cluster.AdminRules.Port;
import io.github.dnsonde.cluster.AdminRules.Selection;
import io.github.dnsonde.cluster.AdminRules.Tier;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.policy.OtherFix.Denial;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes policies of network-policy-api's kinds that come before the one that denies. A cluster has
 * only one BaselineAdminNetworkPolicy, so an AdminNetworkPolicy takes its place, if need be before
 * one that passes.
 */
final class AdminFix {

  private static final int LAST_PRIORITY = 1000;

  private AdminFix() {}

  /** Returns policies, the last one first; none if no priority is left before the deciding one. */
  static Stream<ForeignPolicy> of(
      ForeignPolicy deciding,
      AdminRules decidingRules,
      Denial denial,
      List<NetworkPolicy.Rule> missing,
      PolicySet policies) {
    boolean single = deciding.kind().kind().equals("BaselineAdminNetworkPolicy");
    Tier tier = single ? Tier.ADMIN : decidingRules.tier();
    PolicyKind kind =
        single
            ? new PolicyKind(PolicyKind.ADMINISTRATORS, "AdminNetworkPolicy", false)
            : deciding.kind();
    Selection subject =
        new Selection(
            LabelSelector.of(Map.of(Labels.NAMESPACE_NAME, denial.pod().namespace())),
            decidingRules.subject().pods());
    List<AdminRules.Rule> rules = missing.stream().map(AdminFix::rule).toList();
    boolean egress = denial.direction() == Direction.EGRESS;
    Set<Integer> taken = priorities(policies, tier);
    IntStream before =
        single
            ? IntStream.of(
                LAST_PRIORITY + 1, taken.stream().min(Integer::compare).orElse(LAST_PRIORITY))
            : IntStream.of(decidingRules.priority());
    return before
        .mapToObj(priority -> unused(taken, priority))
        .flatMap(Optional::stream)
        .map(
            priority ->
                OtherFix.policy(
                    kind,
                    "",
                    denial,
                    new AdminRules(
                        tier,
                        priority,
                        subject,
                        egress ? List.of() : rules,
                        egress ? rules : List.of()),
                    policies));
  }

  private static Set<Integer> priorities(PolicySet policies, Tier tier) {
    return policies.foreign().stream()
        .flatMap(policy -> policy.rules().stream())
        .filter(AdminRules.class::isInstance)
        .map(AdminRules.class::cast)
        .filter(rules -> rules.tier() == tier)
        .map(AdminRules::priority)
        .collect(Collectors.toSet());
  }

  /** Returns the last unused priority before another: policies of one priority have no order. */
  private static Optional<Integer> unused(Set<Integer> taken, int before) {
    return IntStream.iterate(before - 1, priority -> priority >= 0, priority -> priority - 1)
        .boxed()
        .filter(priority -> !taken.contains(priority))
        .findFirst();
  }

  private static AdminRules.Rule rule(NetworkPolicy.Rule rule) {
    return new AdminRules.Rule(
        Action.ACCEPT,
        rule.peers().stream().map(AdminFix::peer).toList(),
        Optional.of(rule.ports().stream().map(AdminFix::port).toList()));
  }

  private static AdminRules.Peer peer(Peer peer) {
    return switch (peer) {
      case Peer.Selected(var pods, var namespaces) ->
          new AdminRules.Peer.Pods(
              new Selection(
                  namespaces.orElse(LabelSelector.EVERYTHING),
                  pods.orElse(LabelSelector.EVERYTHING)));
      case Peer.Block(var cidr, _) -> new AdminRules.Peer.Networks(List.of(cidr));
    };
  }

  private static Port port(NetworkPolicy.Port port) {
    return switch (port.port().orElse(null)) {
      case PortReference.Numbered(int number) ->
          new Port.Range(port.protocol(), number, port.endPort().orElse(number));
      case PortReference.Named(String name) -> new Port.Named(name);
      case null -> Port.Range.all(port.protocol());
    };
  }
}
