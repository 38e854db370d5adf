package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumRules.Block;
import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.CiliumRules.Entity;
import io.github.dnsonde.cluster.CiliumRules.Filter;
import io.github.dnsonde.cluster.CiliumRules.Peers;
import io.github.dnsonde.cluster.CiliumRules.Port;
import io.github.dnsonde.cluster.CiliumRules.Section;
import io.github.dnsonde.cluster.CiliumRules.Spec;
import io.github.dnsonde.cluster.CiliumRules.Traffic;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.policy.OtherFix.Denial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes CiliumNetworkPolicies that allow what a policy of Cilium leaves out. They have its subject:
 * a policy of Cilium isolates the pods that it selects. Against a rule that denies, none helps.
 */
final class CiliumFix {

  private static final PolicyKind KIND =
      new PolicyKind(PolicyKind.CILIUM, "CiliumNetworkPolicy", true);

  /**
   * The nodes to allow in addition to addresses, the fewest first: Cilium matches nodes, and
   * perhaps the addresses of their caches, by entities.
   */
  private static final List<Set<Entity>> NODES =
      List.of(Set.of(), Set.of(Entity.HOST), Set.of(Entity.HOST, Entity.REMOTE_NODE));

  private static final Filter EVERY_NAME = new Filter.Names(List.of(new DnsName("*", true)));

  private CiliumFix() {}

  /** Returns policies of which the first that helps allows the least. */
  static Stream<ForeignPolicy> of(
      ForeignPolicy deciding,
      CiliumRules decidingRules,
      Denial denial,
      List<Rule> missing,
      PolicySet policies) {
    CiliumIdentity.Endpoint pod =
        new CiliumIdentity.Endpoint(denial.pod(), NamespaceLabels.of(policies));
    return decidingRules.specs().stream()
        .filter(spec -> !spec.ofNodes() && spec.section(denial.direction()).defaultDeny())
        .filter(
            spec -> CiliumSelectors.subject(spec.subject(), deciding.namespace(), pod) == Match.YES)
        .limit(1)
        .flatMap(spec -> of(spec.subject(), denial, missing, policies));
  }

  /** Returns policies for all pods of a namespace, where Cilium isolates all pods. */
  static Stream<ForeignPolicy> ofEveryPod(Denial denial, List<Rule> missing, PolicySet policies) {
    return of(LabelSelector.EVERYTHING, denial, missing, policies);
  }

  private static Stream<ForeignPolicy> of(
      LabelSelector subject, Denial denial, List<Rule> missing, PolicySet policies) {
    Filter filter = filter(denial, policies);
    return NODES.stream()
        .map(nodes -> section(missing, nodes, denial, filter))
        .map(section -> rules(subject, section, denial.direction()))
        .map(rules -> OtherFix.policy(KIND, "", denial, rules, policies));
  }

  /** Returns the filter that lets the wanted names pass. */
  private static Filter filter(Denial denial, PolicySet policies) {
    if (denial.direction() == Direction.INGRESS) {
      return new Filter.None();
    }
    if (!denial.names().isEmpty()) {
      return new Filter.Names(denial.names());
    }
    return needsProxy(denial.pod(), policies) ? EVERY_NAME : new Filter.None();
  }

  /**
   * Returns true if the answers to a pod's queries must pass Cilium's proxy: rules for domains
   * (toFQDNs) allow the addresses in answers that it sees. Rules of all policies of the pod count.
   */
  static boolean needsProxy(Pod pod, PolicySet policies) {
    CiliumIdentity.Endpoint endpoint =
        new CiliumIdentity.Endpoint(pod, NamespaceLabels.of(policies));
    return policies.foreign().stream()
        .anyMatch(
            policy ->
                policy.rules().orElse(null) instanceof CiliumRules rules
                    && rules.specs().stream()
                        .filter(spec -> !spec.ofNodes() && spec.egress().hasDomains())
                        .anyMatch(
                            spec ->
                                CiliumSelectors.subject(
                                        spec.subject(), policy.namespace(), endpoint)
                                    != Match.NO));
  }

  private static CiliumRules rules(LabelSelector subject, Section section, Direction direction) {
    return new CiliumRules(
        List.of(
            switch (direction) {
              case INGRESS -> new Spec(subject, false, section, Section.NONE);
              case EGRESS -> new Spec(subject, false, Section.NONE, section);
            }));
  }

  /** On ingress, pods in a node's network are nodes. */
  private static Section section(
      List<Rule> missing, Set<Entity> nodes, Denial denial, Filter filter) {
    boolean ingress = denial.direction() == Direction.INGRESS;
    List<Traffic> allowed = new ArrayList<>();
    for (Rule rule : missing) {
      for (Peers peers : peers(rule)) {
        allowed.add(traffic(peers, rule, filter));
      }
      boolean mayBeNodes = ingress || rule.peers().stream().anyMatch(Peer.Block.class::isInstance);
      if (mayBeNodes && !nodes.isEmpty()) {
        allowed.add(traffic(new Peers.Entities(nodes), rule, filter));
      }
    }
    return new Section(true, allowed, List.of());
  }

  private static Traffic traffic(Peers peers, Rule rule, Filter filter) {
    return new Traffic(
        peers, Optional.of(rule.ports().stream().map(port -> port(port, filter)).toList()), false);
  }

  /** Returns the peers of a rule; one of Cilium's has one kind of them. */
  private static List<Peers> peers(Rule rule) {
    List<LabelSelector> selectors = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    for (Peer peer : rule.peers()) {
      switch (peer) {
        case Peer.Selected selected -> selectors.add(selector(selected));
        case Peer.Block(var cidr, _) -> blocks.add(new Block(cidr, List.of()));
      }
    }
    List<Peers> all = new ArrayList<>();
    if (!selectors.isEmpty()) {
      all.add(new Peers.Endpoints(selectors));
    }
    if (!blocks.isEmpty()) {
      all.add(new Peers.Blocks(blocks, false));
    }
    return all;
  }

  private static LabelSelector selector(Peer.Selected peer) {
    Map<String, String> labels =
        new HashMap<>(peer.pods().map(LabelSelector::matchLabels).orElse(Map.of()));
    labels.put("k8s:" + CiliumLabels.NAMESPACE, OtherFix.namespace(peer));
    return LabelSelector.of(labels);
  }

  private static Port port(NetworkPolicy.Port port, Filter filter) {
    return new Port(Optional.of(port.protocol()), port.port(), port.endPort(), filter);
  }
}
