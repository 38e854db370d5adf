package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The narrowest rules that allow queries to destinations.
 *
 * @param peer one of the queried peers
 * @param ports the queried ports of the peer
 */
record MinimalRules(Peer peer, List<Port> ports) {

  private static final List<Port> DNS =
      List.of(
          port(Protocol.UDP, new PortReference.Numbered(Server.DNS_PORT)),
          port(Protocol.TCP, new PortReference.Numbered(Server.DNS_PORT)));

  MinimalRules {
    ports = List.copyOf(ports);
  }

  /** Returns the rules, with one for all peers that are queried on the same ports. */
  static List<Rule> of(List<Destination> destinations) {
    Map<List<Port>, Set<Peer>> peers = new LinkedHashMap<>();
    destinations.stream()
        .flatMap(MinimalRules::of)
        .forEach(
            need -> peers.computeIfAbsent(need.ports, _ -> new LinkedHashSet<>()).add(need.peer));
    return peers.entrySet().stream()
        .map(entry -> new Rule(List.copyOf(entry.getValue()), entry.getKey()))
        .toList();
  }

  private static Stream<MinimalRules> of(Destination destination) {
    return switch (destination) {
      case Destination.Balanced balanced -> of(balanced);
      case Destination.Direct(Pod pod, InetAddress address) ->
          Stream.of(new MinimalRules(pod(pod, address), DNS));
      case Destination.Address(InetAddress address, _) ->
          Stream.of(new MinimalRules(block(address), DNS));
      case Destination.Unread _, Destination.Itself _ -> Stream.empty();
    };
  }

  /**
   * Returns rules that select the pods by the selector of their Service. If it has none, or if pods
   * are in a node's network, which selectors may not match, they also list every address on the
   * way.
   */
  private static Stream<MinimalRules> of(Destination.Balanced balanced) {
    Map<String, String> selector = balanced.service().selector().values();
    boolean anyNodes = balanced.backends().stream().anyMatch(Pod::hostNetwork);
    Stream<MinimalRules> selected =
        selector.isEmpty()
            ? Stream.empty()
            : Stream.of(
                new MinimalRules(
                    new Peer.Selected(
                        Optional.of(LabelSelector.of(selector)),
                        Optional.of(ofName(balanced.service().namespace()))),
                    ports(balanced)));
    return anyNodes || selector.isEmpty()
        ? Stream.of(
                selected,
                Stream.of(new MinimalRules(block(balanced.address()), DNS)),
                each(balanced))
            .flatMap(needs -> needs)
        : selected;
  }

  /** Returns rules by address for the backends of both transports. A named port may have fewer. */
  private static Stream<MinimalRules> each(Destination.Balanced balanced) {
    List<Port> ports = ports(balanced);
    return Arrays.stream(Transport.values())
        .flatMap(transport -> Backend.of(balanced, PortProtocol.over(transport)).stream())
        .filter(
            target ->
                target.pod().hostNetwork() || balanced.service().selector().values().isEmpty())
        .map(Backend::address)
        .distinct()
        .map(address -> new MinimalRules(block(address), ports));
  }

  /** Returns a Service's target ports on its pods: as names if their numbers are unknown. */
  static List<Port> ports(Destination.Balanced balanced) {
    return Arrays.stream(Transport.values())
        .flatMap(transport -> Backend.dialled(balanced.service(), PortProtocol.over(transport)))
        .flatMap(
            port ->
                references(port, balanced.backends()).map(onPod -> port(port.protocol(), onPod)))
        .toList();
  }

  private static Stream<PortReference> references(Service.Port port, List<Pod> backends) {
    List<PortReference> numbers =
        backends.stream()
            .flatMap(pod -> Backend.number(port, pod).stream())
            .distinct()
            .sorted()
            .<PortReference>map(PortReference.Numbered::new)
            .toList();
    return numbers.isEmpty() ? Stream.of(port.target()) : numbers.stream();
  }

  /** Returns a peer that is every pod of a namespace. */
  static Peer namespace(String name) {
    return new Peer.Selected(Optional.empty(), Optional.of(ofName(name)));
  }

  private static LabelSelector ofName(String namespace) {
    return LabelSelector.of(Map.of(Labels.NAMESPACE_NAME, namespace));
  }

  private static Peer pod(Pod pod, InetAddress address) {
    Map<String, String> labels = pod.labels().lasting().values();
    return pod.hostNetwork() || labels.isEmpty()
        ? block(address)
        : new Peer.Selected(
            Optional.of(LabelSelector.of(labels)), Optional.of(ofName(pod.namespace())));
  }

  private static Peer block(InetAddress address) {
    return new Peer.Block(new Cidr(address, address.getAddress().length * 8), List.of());
  }

  private static Port port(Protocol protocol, PortReference port) {
    return new Port(protocol, Optional.of(port), OptionalInt.empty());
  }
}
