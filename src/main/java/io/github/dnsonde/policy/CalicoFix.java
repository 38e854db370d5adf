package io.github.dnsonde.policy;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CalicoRules.Action;
import io.github.dnsonde.cluster.CalicoRules.Entity;
import io.github.dnsonde.cluster.CalicoRules.Hosts;
import io.github.dnsonde.cluster.CalicoRules.Port;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.LabelExpression.And;
import io.github.dnsonde.cluster.LabelExpression.Has;
import io.github.dnsonde.cluster.LabelExpression.In;
import io.github.dnsonde.cluster.LabelExpression.Not;
import io.github.dnsonde.cluster.LabelExpression.Or;
import io.github.dnsonde.cluster.LabelExpression.Part;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.policy.OtherFix.Denial;
import io.github.dnsonde.probe.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes Calico's NetworkPolicies that come before a policy that denies, in its tier. They select
 * the same pods as that one, of a single namespace: it cuts off what no rule of a tier allows.
 */
final class CalicoFix {

  private static final PolicyKind KIND = new PolicyKind(PolicyKind.CALICO, "NetworkPolicy", true);

  /** The order before policies that have none. */
  private static final double BEFORE_THE_LAST = 10_000;

  /** The order of NetworkPolicies: it depends on the version which of equal order is first. */
  private static final double STANDARD = 1000;

  private static final LabelExpression NOTHING = new Or(List.of());

  private CalicoFix() {}

  /** Returns the policy; empty if it depends on unknown labels which pods the deciding selects. */
  static Optional<ForeignPolicy> of(
      CalicoRules deciding, Denial denial, List<NetworkPolicy.Rule> missing, PolicySet policies) {
    Direction direction = denial.direction();
    List<CalicoRules.Rule> rules =
        missing.stream().flatMap(rule -> rules(rule, direction)).toList();
    boolean egress = direction == Direction.EGRESS;
    String prefix = deciding.tier().equals(CalicoRules.DEFAULT_TIER) ? "" : deciding.tier() + ".";
    return within(
            deciding.selects(),
            new EndpointLabels.OfPod(denial.pod(), NamespaceLabels.of(policies)))
        .filter(selects -> !selects.equals(NOTHING))
        .map(
            selects ->
                OtherFix.policy(
                    KIND,
                    prefix,
                    denial,
                    new CalicoRules(
                        deciding.tier(),
                        before(deciding.order()),
                        Set.of(direction),
                        Set.of(),
                        selects,
                        Hosts.NOT_FORWARDED,
                        egress ? List.of() : rules,
                        egress ? rules : List.of()),
                    policies));
  }

  private static double before(double order) {
    double before = Math.min(order, BEFORE_THE_LAST) - 1;
    return before == STANDARD ? before - 1 : before;
  }

  /**
   * Returns a selector as it is within a pod's namespace: without the labels of namespaces. Empty
   * if these are not known.
   */
  private static Optional<LabelExpression> within(LabelExpression selector, EndpointLabels pod) {
    return switch (selector) {
      case Has(String key) -> isOfNamespace(key) ? decided(selector, pod) : Optional.of(selector);
      case In(String key, _) -> isOfNamespace(key) ? decided(selector, pod) : Optional.of(selector);
      case Part part -> isOfNamespace(part.key()) ? decided(selector, pod) : Optional.of(selector);
      case Not(LabelExpression other) -> within(other, pod).map(CalicoFix::not);
      case And(var parts) -> within(parts, pod).map(CalicoFix::and);
      case Or(var parts) -> within(parts, pod).map(CalicoFix::or);
    };
  }

  private static Optional<List<LabelExpression>> within(
      List<LabelExpression> parts, EndpointLabels pod) {
    List<LabelExpression> all = new ArrayList<>();
    for (LabelExpression part : parts) {
      within(part, pod).ifPresent(all::add);
    }
    return all.size() == parts.size() ? Optional.of(all) : Optional.empty();
  }

  private static boolean isOfNamespace(String key) {
    return key.equals(CalicoRules.NAMESPACE) || key.startsWith(CalicoRules.OF_NAMESPACE);
  }

  private static Optional<LabelExpression> decided(LabelExpression selector, EndpointLabels pod) {
    return switch (pod.matches(selector)) {
      case YES -> Optional.of(LabelExpression.all());
      case NO -> Optional.of(NOTHING);
      case MAYBE -> Optional.empty();
    };
  }

  private static LabelExpression not(LabelExpression other) {
    if (other.equals(NOTHING)) {
      return LabelExpression.all();
    }
    return other.equals(LabelExpression.all()) ? NOTHING : new Not(other);
  }

  private static LabelExpression and(List<LabelExpression> parts) {
    List<LabelExpression> open =
        parts.stream().filter(part -> !part.equals(LabelExpression.all())).toList();
    if (open.contains(NOTHING)) {
      return NOTHING;
    }
    return LabelExpression.all(open);
  }

  private static LabelExpression or(List<LabelExpression> parts) {
    List<LabelExpression> open = parts.stream().filter(part -> !part.equals(NOTHING)).toList();
    if (open.contains(LabelExpression.all())) {
      return LabelExpression.all();
    }
    return open.size() == 1 ? open.getFirst() : new Or(open);
  }

  /** A rule has one protocol, and either a selector or blocks. */
  private static Stream<CalicoRules.Rule> rules(NetworkPolicy.Rule rule, Direction direction) {
    Map<Protocol, List<Port>> ports =
        rule.ports().stream()
            .collect(
                groupingBy(
                    NetworkPolicy.Port::protocol,
                    LinkedHashMap::new,
                    mapping(CalicoFix::port, toList())));
    return ports.entrySet().stream()
        .flatMap(
            each ->
                rule.peers().stream()
                    .map(peer -> rule(each.getKey(), each.getValue(), peer, direction)));
  }

  private static CalicoRules.Rule rule(
      Protocol protocol, List<Port> ports, Peer peer, Direction direction) {
    boolean egress = direction == Direction.EGRESS;
    return new CalicoRules.Rule(
        Action.ALLOW,
        Set.of(protocol),
        OptionalInt.empty(),
        egress ? entity(Optional.empty(), List.of()) : entity(Optional.of(peer), List.of()),
        egress ? entity(Optional.of(peer), ports) : entity(Optional.empty(), ports),
        false);
  }

  private static Entity entity(Optional<Peer> peer, List<Port> ports) {
    Optional<LabelExpression> selector = Optional.empty();
    List<Cidr> nets = List.of();
    switch (peer.orElse(null)) {
      case Peer.Selected selected -> selector = Optional.of(selector(selected));
      case Peer.Block(var cidr, _) -> nets = List.of(cidr);
      case null -> {}
    }
    return new Entity(
        selector,
        false,
        Optional.empty(),
        nets,
        List.of(),
        ports,
        List.of(),
        Optional.empty(),
        false);
  }

  private static LabelExpression selector(Peer.Selected peer) {
    LabelExpression namespace =
        new In(CalicoRules.OF_NAMESPACE + CalicoRules.NAME, Set.of(OtherFix.namespace(peer)));
    List<LabelExpression> labels =
        peer.pods().map(LabelSelector::matchLabels).orElse(Map.of()).entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .<LabelExpression>map(label -> new In(label.getKey(), Set.of(label.getValue())))
            .toList();
    return labels.isEmpty() ? namespace : new And(List.of(namespace, and(labels)));
  }

  private static Port port(NetworkPolicy.Port port) {
    return switch (port.port().orElse(null)) {
      case PortReference.Numbered(int number) ->
          new Port.Range(number, port.endPort().orElse(number));
      case PortReference.Named(String name) -> new Port.Named(name);
      case null -> new Port.Range(0, 65_535);
    };
  }
}
