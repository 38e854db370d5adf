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
import io.github.dnsonde.probe.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

  /** OVN-Kubernetes takes AdminNetworkPolicies of priorities up to this one. */
  private static final int LAST_EVERYWHERE = 99;

  /** The maximum number of rules, and of peers of a rule, in v1alpha1. */
  private static final int MOST = 100;

  /** The same in v1alpha2, which has tiers; and the maximum number of networks of a peer. */
  private static final int FEWER = 25;

  private AdminFix() {}

  /**
   * Returns policies, the last one first; none if no priority is left before the deciding one. Only
   * the experimental v1alpha1 has networks, so policies without them come first.
   */
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
    int most = kind.hasTiers() ? FEWER : MOST;
    if (missing.stream().anyMatch(AdminFix::hasNamedPort)) {
      return Stream.empty();
    }
    List<AdminRules.Rule> all = missing.stream().flatMap(rule -> rules(rule, most)).toList();
    List<AdminRules.Rule> ofPods = all.stream().flatMap(AdminFix::ofPods).toList();
    boolean egress = denial.direction() == Direction.EGRESS;
    Set<Integer> taken = priorities(policies, tier);
    List<Integer> priorities =
        (single ? priorities(taken) : unused(taken, decidingRules.priority()).stream()).toList();
    return Stream.of(ofPods, all)
        .distinct()
        .filter(rules -> !rules.isEmpty() && rules.size() <= most)
        .flatMap(
            rules ->
                priorities.stream()
                    .map(
                        priority ->
                            new AdminRules(
                                tier,
                                priority,
                                subject,
                                egress ? List.of() : rules,
                                egress ? rules : List.of())))
        .map(rules -> OtherFix.policy(kind, "", denial, rules, policies));
  }

  /** Returns the rule without networks; none if it has nothing else. */
  private static Stream<AdminRules.Rule> ofPods(AdminRules.Rule rule) {
    List<AdminRules.Peer> pods =
        rule.peers().stream().filter(AdminRules.Peer.Pods.class::isInstance).toList();
    return pods.isEmpty()
        ? Stream.of()
        : Stream.of(new AdminRules.Rule(rule.action(), pods, rule.ports()));
  }

  /** Returns priorities before the baseline, the last one that each engine takes first. */
  private static Stream<Integer> priorities(Set<Integer> taken) {
    return Stream.of(
            unused(taken, LAST_EVERYWHERE + 1).or(() -> unused(taken, LAST_PRIORITY + 1)),
            unused(taken, taken.stream().min(Integer::compare).orElse(0)))
        .flatMap(Optional::stream)
        .distinct();
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

  /** Not every version of the API has ports by their names. */
  private static boolean hasNamedPort(NetworkPolicy.Rule rule) {
    return rule.ports().stream()
        .anyMatch(port -> port.port().orElse(null) instanceof PortReference.Named);
  }

  /** Returns rules that each have as many peers as the API allows. */
  private static Stream<AdminRules.Rule> rules(NetworkPolicy.Rule rule, int most) {
    List<AdminRules.Peer> peers = peers(rule.peers());
    List<Port> ports = rule.ports().stream().map(AdminFix::port).toList();
    return parts(peers, most)
        .map(part -> new AdminRules.Rule(Action.ACCEPT, part, Optional.of(ports)));
  }

  private static <T> Stream<List<T>> parts(List<T> all, int most) {
    return IntStream.iterate(0, from -> from < all.size(), from -> from + most)
        .mapToObj(from -> all.subList(from, Math.min(from + most, all.size())));
  }

  /** Returns one peer for all namespaces with the same pods, and one for many blocks. */
  private static List<AdminRules.Peer> peers(List<Peer> peers) {
    Map<LabelSelector, Set<String>> namespaces = new LinkedHashMap<>();
    List<Cidr> blocks = new ArrayList<>();
    for (Peer peer : peers) {
      switch (peer) {
        case Peer.Selected selected ->
            namespaces
                .computeIfAbsent(
                    selected.pods().orElse(LabelSelector.EVERYTHING), _ -> new TreeSet<>())
                .add(OtherFix.namespace(selected));
        case Peer.Block(var cidr, _) -> blocks.add(cidr);
      }
    }
    return Stream.<AdminRules.Peer>concat(
            namespaces.entrySet().stream()
                .map(
                    each ->
                        new AdminRules.Peer.Pods(
                            new Selection(named(each.getValue()), each.getKey()))),
            parts(blocks, FEWER).map(AdminRules.Peer.Networks::new))
        .toList();
  }

  private static LabelSelector named(Set<String> namespaces) {
    return namespaces.size() == 1
        ? LabelSelector.of(Map.of(Labels.NAMESPACE_NAME, namespaces.iterator().next()))
        : new LabelSelector(
            Map.of(),
            List.of(
                new LabelSelector.Requirement(
                    Labels.NAMESPACE_NAME, LabelSelector.Operator.IN, namespaces)));
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
