package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CalicoRules.Entity;
import io.github.dnsonde.cluster.CalicoRules.NetworkSet;
import io.github.dnsonde.cluster.CalicoRules.Port;
import io.github.dnsonde.cluster.CalicoRules.Rule;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.LabelExpression;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Matches connections with the rules of Calico's policies (Calico documentation, "Rule"). */
final class CalicoMatcher {

  /** The ports that clients send from. */
  private static final int FIRST_OF_CLIENTS = 1024;

  private static final int LAST_PORT = 65_535;

  private static final EndpointLabels HOST = new EndpointLabels.OfHost();

  private final List<Named> sets;
  private final boolean complete;
  private final NamespaceLabels namespaces;

  /** A network set with its labels. */
  record Named(EndpointLabels labels, List<Cidr> nets, boolean domains) {

    static Named of(NetworkSet set, Optional<String> namespace, NamespaceLabels namespaces) {
      return new Named(
          new EndpointLabels.OfNetworkSet(set.labels(), namespace, namespaces),
          set.nets(),
          set.domains());
    }
  }

  /**
   * Creates a matcher.
   *
   * @param complete whether all network sets are known
   */
  CalicoMatcher(List<Named> sets, boolean complete, NamespaceLabels namespaces) {
    this.sets = List.copyOf(sets);
    this.complete = complete;
    this.namespaces = namespaces;
  }

  /**
   * One end of a connection.
   *
   * @param family an address of the connection's family, if it is known
   * @param onNode whether it may be a host endpoint
   * @param port the port that it listens on; empty for the one that sends
   */
  private record End(
      Optional<Pod> pod,
      Optional<InetAddress> address,
      Optional<InetAddress> family,
      boolean onNode,
      Optional<PortView> port,
      Optional<NamespacedName> service) {}

  /** Returns whether a rule of a policy matches a connection. */
  Match matches(Rule rule, ForeignPolicy policy, Connection connection) {
    PeerView peer = connection.peer();
    boolean egress = connection.direction() == Direction.EGRESS;
    PortView asked = peer.toBlock();
    PortView listening = new PortView(asked.protocol(), asked.number(), peer.toPod().names());
    Optional<InetAddress> own = own(connection.pod(), peer.address());
    Optional<InetAddress> family = peer.address().or(() -> own);
    End remote =
        new End(
            peer.pod(),
            peer.address(),
            family,
            peer.pod().isEmpty() && connection.peerOnNode().pod().isPresent(),
            egress ? Optional.of(listening) : Optional.empty(),
            peer.service());
    End local =
        new End(
            Optional.of(connection.pod()),
            own,
            family,
            false,
            egress ? Optional.empty() : Optional.of(listening),
            Optional.empty());
    return Match.of(rule.protocols().contains(asked.protocol()))
        .and(version(rule, peer.address()))
        .and(matches(rule.source(), policy, egress ? local : remote))
        .and(matches(rule.destination(), policy, egress ? remote : local))
        .and(rule.application() ? Match.MAYBE : Match.YES);
  }

  private static Optional<InetAddress> own(Pod pod, Optional<InetAddress> remote) {
    return pod.addresses().stream()
        .filter(
            address ->
                remote
                    .map(other -> other.getAddress().length == address.getAddress().length)
                    .orElse(true))
        .findFirst();
  }

  private static Match version(Rule rule, Optional<InetAddress> remote) {
    if (rule.ipVersion().isEmpty()) {
      return Match.YES;
    }
    int version = rule.ipVersion().getAsInt();
    return remote
        .map(address -> Match.of(version == (address.getAddress().length == 4 ? 4 : 6)))
        .orElse(Match.MAYBE);
  }

  private Match matches(Entity entity, ForeignPolicy policy, End end) {
    return Stream.of(
            entity
                .selector()
                .map(selector -> selected(selector, entity.ownNamespace(), policy, end))
                .orElse(Match.YES),
            entity
                .notSelector()
                .map(selector -> selected(selector, false, policy, end).not())
                .orElse(Match.YES),
            entity.nets().isEmpty() ? Match.YES : contains(entity.nets(), end.address()),
            entity.notNets().isEmpty()
                ? Match.YES
                : contains(entity.notNets(), end.address()).not(),
            Match.of(areOfFamily(entity.nets(), end) && areOfFamily(entity.notNets(), end)),
            entity.ports().isEmpty() ? Match.YES : isAmong(entity.ports(), end),
            entity.notPorts().isEmpty() ? Match.YES : isAmong(entity.notPorts(), end).not(),
            entity.service().map(service -> isBehind(service, policy, end)).orElse(Match.YES),
            entity.domains() ? Match.MAYBE : Match.YES)
        .reduce(Match.YES, Match::and);
  }

  /**
   * Calico leaves a rule out for a family of addresses if no block of one of its lists is of this
   * family (FilterRuleToIPVersion in felix/rules/policy.go).
   */
  private static boolean areOfFamily(List<Cidr> nets, End end) {
    return nets.isEmpty()
        || end.family()
            .map(each -> nets.stream().anyMatch(net -> net.isOfFamily(each)))
            .orElse(true);
  }

  private static Match contains(List<Cidr> nets, Optional<InetAddress> address) {
    return address
        .map(each -> Match.of(nets.stream().anyMatch(net -> net.contains(each))))
        .orElse(Match.MAYBE);
  }

  /** A selector means the endpoints that it selects, and the addresses of network sets. */
  private Match selected(
      LabelExpression selector, boolean ownNamespace, ForeignPolicy policy, End end) {
    LabelExpression all =
        ownNamespace
            ? new LabelExpression.And(
                List.of(
                    new LabelExpression.In(
                        CalicoRules.NAMESPACE, Set.of(policy.namespace().orElse(""))),
                    selector))
            : selector;
    Match ofPod =
        end.pod()
            .map(pod -> new EndpointLabels.OfPod(pod, namespaces).matches(all))
            .orElse(Match.NO);
    if (ofPod == Match.YES) {
      return Match.YES;
    }
    Match ofHost = end.onNode() ? HOST.matches(all).and(Match.MAYBE) : Match.NO;
    Match ofSets = Match.any(sets.stream(), set -> inSet(set, all, end));
    return ofPod.or(ofHost).or(ofSets).or(complete ? Match.NO : Match.MAYBE);
  }

  private static Match inSet(Named set, LabelExpression selector, End end) {
    Match selected = set.labels.matches(selector);
    if (selected == Match.NO) {
      return Match.NO; // most sets have other labels, and many addresses
    }
    Match contained = contains(set.nets, end.address());
    Match byDomain = set.domains && end.pod().isEmpty() ? Match.MAYBE : Match.NO;
    return selected.and(contained.or(byDomain));
  }

  /** Clients send from any of the higher ports. */
  private static Match isAmong(List<Port> ports, End end) {
    return end.port()
        .map(port -> Match.of(ports.stream().anyMatch(each -> is(each, port))))
        .orElseGet(() -> Match.any(ports.stream(), CalicoMatcher::isOfClients));
  }

  private static boolean is(Port port, PortView view) {
    return switch (port) {
      case Port.Range(int first, int last) -> first <= view.number() && view.number() <= last;
      case Port.Named(String name) -> view.names().contains(name);
    };
  }

  private static Match isOfClients(Port port) {
    return switch (port) {
      case Port.Range(int first, int last) -> {
        if (last < FIRST_OF_CLIENTS) {
          yield Match.NO;
        }
        yield first <= FIRST_OF_CLIENTS && last == LAST_PORT ? Match.YES : Match.MAYBE;
      }
      case Port.Named _ -> Match.NO;
    };
  }

  /** The endpoints of a Service are known only for the one that is queried. */
  private static Match isBehind(NamespacedName service, ForeignPolicy policy, End end) {
    NamespacedName wanted =
        service.namespace().isEmpty()
            ? new NamespacedName(policy.namespace().orElse(""), service.name())
            : service;
    if (end.service().filter(wanted::equals).isPresent()) {
      return Match.YES;
    }
    return end.address().filter(InetAddress::isLinkLocalAddress).isPresent()
        ? Match.NO // the API server accepts no such endpoint
        : Match.MAYBE;
  }

  /** Returns why it may not be known whether a rule matches. */
  static String doubt(Rule rule) {
    List<Entity> entities = List.of(rule.source(), rule.destination());
    if (rule.application()) {
      return "it has criteria of HTTP";
    }
    if (entities.stream().anyMatch(Entity::domains)) {
      return "what its domains match is not known here";
    }
    return entities.stream().anyMatch(entity -> entity.service().isPresent())
        ? "the endpoints of its Service are not known here"
        : "labels, ports or network sets that it selects by are not known here";
  }
}
