package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CiliumRules.Block;
import io.github.dnsonde.cluster.CiliumRules.Filter;
import io.github.dnsonde.cluster.CiliumRules.Peers;
import io.github.dnsonde.cluster.CiliumRules.Port;
import io.github.dnsonde.cluster.CiliumRules.ServiceReference;
import io.github.dnsonde.cluster.CiliumRules.Traffic;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * One end of a connection as Cilium's rules see it: after the Service's address is rewritten.
 *
 * @param identity what the other end is
 * @param port the port on the listening end
 * @param service the Service that was dialled
 */
record CiliumTraffic(
    Direction direction, CiliumIdentity identity, PortView port, Optional<NamespacedName> service) {

  /**
   * Returns whether a rule matches.
   *
   * @param namespace the policy's; empty if it is the cluster's
   */
  Match matches(Traffic rule, Optional<String> namespace) {
    return peers(rule, namespace)
        .and(rule.ports().map(this::ports).orElse(Match.YES))
        .and(rule.authenticated() ? Match.MAYBE : Match.YES);
  }

  private Match peers(Traffic rule, Optional<String> namespace) {
    return switch (rule.peers()) {
      case Peers.Everything() -> Match.YES;
      case Peers.Nothing() -> Match.NO;
      case Peers.Endpoints(var selectors) ->
          Match.any(
              selectors.stream(), selector -> CiliumSelectors.peer(selector, namespace, identity));
      case Peers.Entities(var entities) -> Match.any(entities.stream(), identity::isOf);
      case Peers.Blocks(var blocks, boolean elsewhere) -> blocks(blocks, elsewhere);
      case Peers.Services(var services) ->
          Match.any(services.stream(), this::selects)
              .or(rule.ports().isPresent() ? Match.MAYBE : Match.NO);
      case Peers.Domains() -> identity instanceof CiliumIdentity.World ? Match.MAYBE : Match.NO;
      case Peers.Nodes() ->
          identity instanceof CiliumIdentity.Node(boolean own) && !own ? Match.MAYBE : Match.NO;
    };
  }

  private Match blocks(List<Block> blocks, boolean elsewhere) {
    return identity instanceof CiliumIdentity.World(InetAddress address)
        ? Match.of(blocks.stream().anyMatch(block -> block.contains(address)))
            .or(elsewhere ? Match.MAYBE : Match.NO)
        : Match.NO;
  }

  /**
   * Returns whether a Service leads to the other end. Another Service of its namespace may have the
   * same pods, and one without a selector may have an address outside the cluster, but none that is
   * link-local.
   */
  private Match selects(ServiceReference reference) {
    return switch (identity) {
      case CiliumIdentity.Endpoint(var pod, _) -> {
        boolean named = service.filter(dialled -> isNamed(reference, dialled)).isPresent();
        boolean there = reference.namespace().map(pod.namespace()::equals).orElse(true);
        yield named ? Match.YES : there ? Match.MAYBE : Match.NO;
      }
      case CiliumIdentity.World(InetAddress address) ->
          address.isLinkLocalAddress() ? Match.NO : Match.MAYBE;
      case CiliumIdentity.Node _ -> Match.NO;
    };
  }

  private static boolean isNamed(ServiceReference reference, NamespacedName dialled) {
    return reference.name().filter(dialled.name()::equals).isPresent()
        && reference.namespace().map(dialled.namespace()::equals).orElse(true);
  }

  private Match ports(List<Port> ports) {
    return Match.any(
        ports.stream().filter(this::isOn),
        matching -> matching.filter() instanceof Filter.Other ? Match.MAYBE : Match.YES);
  }

  /** Returns whether these are ports of the connection. */
  boolean isOn(Port ports) {
    return ports.protocol().map(port.protocol()::equals).orElse(true)
        && ports.first().map(first -> isOn(first, ports)).orElse(true);
  }

  /** Only pods have named ports, and the listening pod gives the name. */
  private boolean isOn(PortReference first, Port ports) {
    return switch (first) {
      case PortReference.Numbered(int number) ->
          number <= port.number() && port.number() <= ports.last().orElse(number);
      case PortReference.Named(String name) ->
          port.names().contains(name)
              && (direction == Direction.INGRESS || identity instanceof CiliumIdentity.Endpoint);
    };
  }
}
