package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Port;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.cluster.PortReference.Named;
import io.github.dnsonde.cluster.PortReference.Numbered;
import io.github.dnsonde.cluster.Protocol;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Server;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A common slip with a name. A policy is evaluated as if the slip had not been made. If that allows
 * DNS, the slip is the cause.
 *
 * @param cause the rule to report in that case
 * @param says the description of the slip for people, by the peer in which it was made
 * @param rule returns a rule of a policy as it was meant, as far as the slip is concerned
 */
record Repair(
    Rule cause, Function<Optional<Peer>, String> says, UnaryOperator<NetworkPolicy.Rule> rule) {

  /** The ports on which DNS pods listen in some distribution (OpenShift, Gardener, upstream). */
  private static final Set<Integer> DNS_PORTS = Set.of(Server.DNS_PORT, 1053, 5353, 8053);

  private static final Pattern DNS_NAME = Pattern.compile(".*(dns|domain|53).*");

  /** The networks of pods and Services (RFC 1918, RFC 6598, RFC 4193). */
  private static final List<Cidr> PRIVATE =
      Stream.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
          .map(Cidr::around)
          .toList();

  /**
   * An address for documentation, and no host's (RFC 5737): a rule without peers would allow all.
   */
  private static final Peer NO_ADDRESS = new Peer.Block(Cidr.around("192.0.2.0/32"), List.of());

  /**
   * Returns all slips on the way to kube-dns; if DNS is on the node, selectors are none of them.
   */
  static List<Repair> all(ClusterDns clusterDns, boolean namespaceIsKnown) {
    return clusterDns.hasPods() ? toPods(clusterDns, namespaceIsKnown) : List.of();
  }

  private static List<Repair> toPods(ClusterDns clusterDns, boolean namespaceIsKnown) {
    return List.of(
        new Repair(
            Rule.NAMESPACE_LABEL_UNKNOWN,
            peer -> namespaceUnknown(peer, clusterDns),
            rule -> labelled(rule, clusterDns, namespaceIsKnown)),
        new Repair(
            Rule.DNS_LABEL_UNKNOWN,
            peer -> labelUnknown(peer),
            rule -> onDnsPods(rule, clusterDns)),
        new Repair(
            Rule.BARE_PODSELECTOR_FOR_DNS,
            _ ->
                "its podSelector for DNS pods has no namespaceSelector next to it, so it looks"
                    + " for them in its own namespace",
            rule -> placed(rule, clusterDns)),
        new Repair(
            Rule.IPBLOCK_OF_CLUSTERIP,
            peer ->
                block(peer)
                    + " is for a Service's address, and most engines match after that has become a"
                    + " pod's; with the AWS VPC CNI it would do",
            rule -> unblocked(rule, block -> isOfService(block, clusterDns), clusterDns)),
        new Repair(
            Rule.IPBLOCK_OF_POD_NETWORK,
            peer ->
                clusterDns.networks().blocksMatchPods()
                    ? block(peer)
                        + " may be the network of pods, which is not known; --pod-cidr or"
                        + " --platform shows it"
                    : block(peer) + " matches no pod: Cilium matches pods by labels only",
            rule -> unblocked(rule, block -> isOfPods(block, clusterDns), clusterDns)),
        new Repair(
            Rule.NAMED_PORT_UNMATCHED,
            _ ->
                "the port's name is not one that DNS pods have for its protocol ("
                    + portNames(clusterDns)
                    + "); the Service's names do not count, and CoreDNS' chart has udp-53 and"
                    + " tcp-53 (--platform, --dns-port-names)",
            rule -> numbered(rule, clusterDns)),
        new Repair(
            Rule.POD_PORT_MISMATCH,
            _ -> "the port is not the one that DNS pods listen on, " + clusterDns.port(),
            rule -> onPods(rule, clusterDns)));
  }

  private static String portNames(ClusterDns clusterDns) {
    return Stream.of(Protocol.UDP, Protocol.TCP)
        .flatMap(
            protocol ->
                clusterDns.pods().portNames().getOrDefault(protocol, Set.of()).stream()
                    .sorted()
                    .map(name -> name + " is " + protocol))
        .collect(Collectors.joining(", "));
  }

  private static String namespaceUnknown(Optional<Peer> peer, ClusterDns clusterDns) {
    LabelSelector selector =
        peer.flatMap(
                each ->
                    each instanceof Peer.Selected selected
                        ? selected.namespaces()
                        : Optional.empty())
            .orElse(LabelSelector.EVERYTHING);
    String name = namespace(selector).orElse(clusterDns.namespace());
    if (!name.equals(clusterDns.namespace())) {
      return "nothing says that the DNS pods are in namespace "
          + name
          + " (--dns-namespace"
          + platforms(Platform.in(name))
          + ")";
    }
    return "nothing says that namespace "
        + clusterDns.namespace()
        + " has "
        + words(selector)
        + "; every namespace has "
        + Labels.NAMESPACE_NAME;
  }

  /** Returns the namespace that a selector names by its name label; the first of several. */
  private static Optional<String> namespace(LabelSelector selector) {
    return Stream.concat(
            Stream.ofNullable(selector.matchLabels().get(Labels.NAMESPACE_NAME)),
            selector.matchExpressions().stream()
                .filter(each -> each.key().equals(Labels.NAMESPACE_NAME) && asks(each))
                .flatMap(each -> each.values().stream().sorted()))
        .findFirst();
  }

  private static String labelUnknown(Optional<Peer> peer) {
    LabelSelector selector =
        peer.flatMap(
                each -> each instanceof Peer.Selected selected ? selected.pods() : Optional.empty())
            .orElse(LabelSelector.EVERYTHING);
    return "nothing says that the DNS pods have "
        + words(selector)
        + " (--dns-labels"
        + platforms(Platform.with(selector.matchLabels()))
        + ")";
  }

  private static String platforms(List<String> ids) {
    return ids.isEmpty() ? "" : ", or --platform " + String.join(" or ", ids);
  }

  private static String words(LabelSelector selector) {
    Stream<String> labels =
        new TreeMap<>(selector.matchLabels())
            .entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue());
    Stream<String> asked =
        selector.matchExpressions().stream()
            .filter(Repair::asks)
            .map(
                each ->
                    each.values().isEmpty()
                        ? each.key()
                        : each.key()
                            + "="
                            + each.values().stream().sorted().collect(Collectors.joining("|")));
    String all = Stream.concat(labels, asked).collect(Collectors.joining(", "));
    return all.isEmpty() ? "the label that it selects by" : "the label " + all;
  }

  private static String block(Optional<Peer> peer) {
    return peer.map(each -> each instanceof Peer.Block block ? "its ipBlock " + block.cidr() : "it")
        .orElse("its ipBlock");
  }

  /** Returns the slip on the way to an address of the node. */
  static Repair exception(InetAddress address) {
    return new Repair(
        Rule.LINK_LOCAL_EXCEPTED,
        _ -> "its except has the address",
        rule -> withPeers(rule, peer -> withoutException(peer, address)));
  }

  /** Returns true if the slip is in a policy at all. */
  boolean changes(NetworkPolicy policy) {
    return policy.egress().orElse(List.of()).stream()
        .anyMatch(each -> !rule.apply(each).equals(each));
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

  private static NetworkPolicy.Rule labelled(
      NetworkPolicy.Rule rule, ClusterDns clusterDns, boolean namespaceIsKnown) {
    boolean isForDns = rule.ports().stream().anyMatch(Repair::isForDns);
    return withPeers(
        rule,
        peer ->
            peer instanceof Peer.Selected(var pods, var namespaces)
                    && namespaces
                        .filter(each -> isUnknown(each, clusterDns, isForDns, namespaceIsKnown))
                        .isPresent()
                    && (isForDns
                        || namesPods(pods, clusterDns)
                        || names(namespaces.get(), clusterDns.namespace()))
                ? new Peer.Selected(pods, Optional.of(named(clusterDns)))
                : peer);
  }

  /**
   * Returns true for a selector of another namespace, or by labels that only the Namespace itself
   * could show.
   */
  private static boolean isUnknown(
      LabelSelector selector, ClusterDns clusterDns, boolean isForDns, boolean namespaceIsKnown) {
    Labels known = Labels.NONE.ofNamespace(clusterDns.namespace());
    return selector.mayMatch(known)
        ? !selector.matches(known) && !namespaceIsKnown
        : isForDns && !excludes(selector, known);
  }

  /** Returns true if a selector excludes these labels, and does not only require others. */
  private static boolean excludes(LabelSelector selector, Labels known) {
    return selector.matchExpressions().stream()
        .filter(each -> !asks(each))
        .anyMatch(each -> !new LabelSelector(Map.of(), List.of(each)).mayMatch(known));
  }

  private static boolean asks(Requirement requirement) {
    return switch (requirement.operator()) {
      case IN, EXISTS -> true;
      case NOT_IN, DOES_NOT_EXIST -> false;
    };
  }

  /** Returns true if a selector contains a value. */
  private static boolean names(LabelSelector selector, String value) {
    return selector.matchLabels().containsValue(value)
        || selector.matchExpressions().stream()
            .anyMatch(each -> asks(each) && each.values().contains(value));
  }

  /** Repairs a rule for DNS whose podSelector has labels that DNS pods are not known to have. */
  private static NetworkPolicy.Rule onDnsPods(NetworkPolicy.Rule rule, ClusterDns clusterDns) {
    boolean isForDns = rule.ports().stream().anyMatch(Repair::isForDns);
    return withPeers(
        rule,
        peer ->
            peer instanceof Peer.Selected(var pods, var namespaces)
                    && namespaces.isPresent()
                    && pods.filter(each -> isUnknownDns(each, clusterDns, isForDns)).isPresent()
                ? new Peer.Selected(
                    Optional.of(LabelSelector.of(clusterDns.pods().labels().values())), namespaces)
                : peer);
  }

  private static boolean isUnknownDns(LabelSelector pods, ClusterDns clusterDns, boolean isForDns) {
    Labels known = clusterDns.pods().all();
    return !pods.matches(known)
        && !excludes(pods, known)
        && (isForDns
            || pods.matchLabels().values().stream().anyMatch(each -> each.contains("dns")));
  }

  /** Replaces an ipBlock in a rule for DNS by the selector that was meant. */
  private static NetworkPolicy.Rule unblocked(
      NetworkPolicy.Rule rule, Predicate<Peer.Block> meant, ClusterDns clusterDns) {
    boolean mayBeForDns =
        rule.ports().isEmpty()
            || rule.ports().stream().anyMatch(each -> each.port().isEmpty() || isForDns(each));
    return withPeers(
        rule,
        peer ->
            mayBeForDns && peer instanceof Peer.Block block && meant.test(block)
                ? new Peer.Selected(Optional.empty(), Optional.of(named(clusterDns)))
                : peer);
  }

  /**
   * Returns true for the Service's address, for a single address that may be the Service's, or for
   * its network.
   */
  private static boolean isOfService(Peer.Block block, ClusterDns clusterDns) {
    Cidr cidr = block.cidr();
    boolean isOne = cidr.prefixLength() == cidr.base().getAddress().length * Byte.SIZE;
    return (isOne && isPrivate(cidr))
        || (cidr.contains(clusterDns.serviceAddress()) && isPrivate(cidr))
        || clusterDns.networks().services().stream().anyMatch(each -> each.contains(cidr.base()));
  }

  private static boolean isOfPods(Peer.Block block, ClusterDns clusterDns) {
    ClusterDns.Networks networks = clusterDns.networks();
    return networks.blocksMatchPods()
        ? networks.pods().isEmpty() && isPrivate(block.cidr()) && !isOfService(block, clusterDns)
        : !isOfService(block, clusterDns);
  }

  private static boolean isPrivate(Cidr cidr) {
    return PRIVATE.stream()
        .anyMatch(
            each ->
                each.base().getAddress().length == cidr.base().getAddress().length
                    && each.prefixLength() <= cidr.prefixLength()
                    && each.contains(cidr.base()));
  }

  /** Returns the same policy as an engine reads it that matches pods by labels only. */
  static NetworkPolicy withoutBlocks(NetworkPolicy policy) {
    return new Repair(
            Rule.IPBLOCK_OF_POD_NETWORK,
            _ -> "",
            rule -> withPeers(rule, peer -> peer instanceof Peer.Block ? NO_ADDRESS : peer))
        .apply(policy);
  }

  private static LabelSelector named(ClusterDns clusterDns) {
    return LabelSelector.of(Map.of(Labels.NAMESPACE_NAME, clusterDns.namespace()));
  }

  private static boolean namesPods(Optional<LabelSelector> pods, ClusterDns clusterDns) {
    return pods.filter(each -> !each.matchLabels().isEmpty())
        .filter(each -> each.matches(clusterDns.pods().all()))
        .isPresent();
  }

  private static NetworkPolicy.Rule placed(NetworkPolicy.Rule rule, ClusterDns clusterDns) {
    return withPeers(
        rule,
        peer ->
            peer instanceof Peer.Selected(var pods, var namespaces)
                    && namespaces.isEmpty()
                    && namesPods(pods, clusterDns)
                ? new Peer.Selected(pods, Optional.of(named(clusterDns)))
                : peer);
  }

  private static NetworkPolicy.Rule numbered(NetworkPolicy.Rule rule, ClusterDns clusterDns) {
    return withPorts(
        rule,
        port ->
            port.port().orElse(null) instanceof Named(String name)
                    && DNS_NAME.matcher(name).matches()
                    && !clusterDns.pods().isNamed(port.protocol(), name)
                ? Stream.of(
                    at(Protocol.UDP, clusterDns.port()), at(Protocol.TCP, clusterDns.port()))
                : Stream.of(port));
  }

  private static NetworkPolicy.Rule onPods(NetworkPolicy.Rule rule, ClusterDns clusterDns) {
    return withPorts(
        rule,
        port ->
            port.port().orElse(null) instanceof Numbered(int number) && DNS_PORTS.contains(number)
                ? Stream.of(at(port.protocol(), clusterDns.port()))
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
