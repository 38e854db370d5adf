package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.PortReference.Named;
import io.github.dnsonde.cluster.PortReference.Numbered;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A slip that is common enough for a name: a policy is judged as if it had not been made, and if
 * that lets DNS through, the slip is the cause.
 *
 * @param cause what is to blame then
 * @param says what was done, for people
 * @param rule a rule of a policy as it was meant, as far as the slip goes
 */
record Repair(Rule cause, String says, UnaryOperator<NetworkPolicy.Rule> rule) {

  /** Where DNS pods listen in one distribution or another (OpenShift, Gardener, upstream). */
  private static final Set<Integer> DNS_PORTS = Set.of(Server.DNS_PORT, 1053, 5353, 8053);

  private static final Pattern DNS_NAME = Pattern.compile(".*(dns|domain|53).*");

  /** All slips on the way to kube-dns. */
  static List<Repair> all(Resolvers resolvers, boolean namespaceIsKnown) {
    Stream<Repair> label =
        namespaceIsKnown
            ? Stream.empty()
            : Stream.of(
                new Repair(
                    Rule.NAMESPACE_LABEL_UNKNOWN,
                    "nothing says that namespace "
                        + resolvers.namespace()
                        + " has the label that it selects by; every namespace has "
                        + Labels.NAMESPACE_NAME,
                    rule -> labelled(rule, resolvers)));
    return Stream.concat(
            label,
            Stream.of(
                new Repair(
                    Rule.BARE_PODSELECTOR_FOR_DNS,
                    "its podSelector for DNS pods has no namespaceSelector beside it, so it looks"
                        + " for them in its own namespace",
                    rule -> placed(rule, resolvers)),
                new Repair(
                    Rule.NAMED_PORT_UNMATCHED,
                    "the port's name is not one that DNS pods have for its protocol (dns is UDP,"
                        + " dns-tcp is TCP); the Service's names do not count",
                    rule -> numbered(rule, resolvers)),
                new Repair(
                    Rule.POD_PORT_MISMATCH,
                    "the port is not the one that DNS pods listen on, " + resolvers.port(),
                    rule -> onPods(rule, resolvers))))
        .toList();
  }

  /** The slip on the way to an address of the node. */
  static Repair exception(InetAddress address) {
    return new Repair(
        Rule.LINK_LOCAL_EXCEPTED,
        "its except has the address",
        rule -> withPeers(rule, peer -> withoutException(peer, address)));
  }

  NetworkPolicy apply(NetworkPolicy policy) {
    return new NetworkPolicy(
        policy.namespace(),
        policy.name(),
        policy.selects(),
        policy.ingress(),
        policy.egress().map(rules -> rules.stream().map(rule).toList()),
        policy.origin());
  }

  private static NetworkPolicy.Rule labelled(NetworkPolicy.Rule rule, Resolvers resolvers) {
    boolean isForDns = rule.ports().stream().anyMatch(Repair::isForDns);
    return withPeers(
        rule,
        peer ->
            peer instanceof Peer.Selected(var pods, var namespaces)
                    && namespaces.filter(each -> isUnknown(each, resolvers)).isPresent()
                    && (isForDns
                        || namesPods(pods, resolvers)
                        || namespaces.get().matchLabels().containsValue(resolvers.namespace()))
                ? new Peer.Selected(pods, Optional.of(named(resolvers)))
                : peer);
  }

  /** A selector by labels that only the Namespace itself could tell. */
  private static boolean isUnknown(LabelSelector selector, Resolvers resolvers) {
    return !selector.matchLabels().isEmpty()
        && selector
            .matchLabels()
            .getOrDefault(Labels.NAMESPACE_NAME, resolvers.namespace())
            .equals(resolvers.namespace());
  }

  private static LabelSelector named(Resolvers resolvers) {
    return LabelSelector.of(Map.of(Labels.NAMESPACE_NAME, resolvers.namespace()));
  }

  private static boolean namesPods(Optional<LabelSelector> pods, Resolvers resolvers) {
    return pods.filter(each -> !each.matchLabels().isEmpty())
        .filter(each -> each.matches(resolvers.labels()))
        .isPresent();
  }

  private static NetworkPolicy.Rule placed(NetworkPolicy.Rule rule, Resolvers resolvers) {
    return withPeers(
        rule,
        peer ->
            peer instanceof Peer.Selected(var pods, var namespaces)
                    && namespaces.isEmpty()
                    && namesPods(pods, resolvers)
                ? new Peer.Selected(pods, Optional.of(named(resolvers)))
                : peer);
  }

  private static NetworkPolicy.Rule numbered(NetworkPolicy.Rule rule, Resolvers resolvers) {
    return withPorts(
        rule,
        port ->
            port.port().orElse(null) instanceof Named(String name)
                    && DNS_NAME.matcher(name).matches()
                    && !Resolvers.isNamed(port.protocol(), name)
                ? Stream.of(at(Protocol.UDP, resolvers.port()), at(Protocol.TCP, resolvers.port()))
                : Stream.of(port));
  }

  private static NetworkPolicy.Rule onPods(NetworkPolicy.Rule rule, Resolvers resolvers) {
    return withPorts(
        rule,
        port ->
            port.port().orElse(null) instanceof Numbered(int number) && DNS_PORTS.contains(number)
                ? Stream.of(at(port.protocol(), resolvers.port()))
                : Stream.of(port));
  }

  private static Port at(Protocol protocol, int number) {
    return new Port(protocol, Optional.of(new Numbered(number)), OptionalInt.empty());
  }

  private static boolean isForDns(Port port) {
    return port.port()
        .filter(
            reference ->
                switch (reference) {
                  case PortReference.Numbered(int number) -> DNS_PORTS.contains(number);
                  case PortReference.Named(String name) -> DNS_NAME.matcher(name).matches();
                })
        .isPresent();
  }

  private static Peer withoutException(Peer peer, InetAddress address) {
    return peer instanceof Peer.Block(var cidr, var except)
        ? new Peer.Block(cidr, except.stream().filter(each -> !each.contains(address)).toList())
        : peer;
  }

  private static NetworkPolicy.Rule withPeers(NetworkPolicy.Rule rule, UnaryOperator<Peer> each) {
    return new NetworkPolicy.Rule(rule.peers().stream().map(each).toList(), rule.ports());
  }

  private static NetworkPolicy.Rule withPorts(
      NetworkPolicy.Rule rule, Function<Port, Stream<Port>> each) {
    return new NetworkPolicy.Rule(rule.peers(), rule.ports().stream().flatMap(each).toList());
  }
}
