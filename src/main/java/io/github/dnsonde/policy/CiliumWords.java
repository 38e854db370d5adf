package io.github.dnsonde.policy;

import static java.util.stream.Collectors.joining;

import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.CiliumRules.Entity;
import io.github.dnsonde.cluster.CiliumRules.Filter;
import io.github.dnsonde.cluster.CiliumRules.Peers;
import io.github.dnsonde.cluster.CiliumRules.Port;
import io.github.dnsonde.cluster.CiliumRules.Traffic;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.policy.CiliumTally.Reached;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.FirstFew;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The verdicts of Cilium's policies in words. */
final class CiliumWords {

  /** The maximum number of policies or names in a sentence. */
  private static final int MOST = 3;

  private CiliumWords() {}

  /** Returns the decision of a rule that denies. */
  static OtherDecision denied(Reached rule, Direction direction) {
    return OtherDecision.last(
        List.of(rule.policy()),
        named(rule, direction) + " denies it",
        "No rule that allows it helps, in policies of any kind: Cilium evaluates rules that deny"
            + " first. Whoever maintains "
            + rule.policy()
            + " must narrow its "
            + section(rule, direction)
            + " rule "
            + (rule.index() + 1)
            + ".");
  }

  /** Returns the decision if Cilium enforces nothing. */
  static OtherDecision neverDenied(ForeignPolicy settings) {
    return new OtherDecision(
        List.of(settings),
        "by " + settings + ", Cilium enforces no policy (enable-policy: never)",
        "");
  }

  /**
   * Returns the decision if policies isolate a pod and no rule allows the traffic.
   *
   * @param isolating the policies, or Cilium's settings if these isolate all pods
   * @param known whether Cilium's settings are known
   */
  static OtherDecision isolated(
      List<ForeignPolicy> isolating,
      Direction direction,
      CiliumTraffic traffic,
      Optional<ForeignPolicy> toDomains,
      boolean known) {
    boolean many = isolating.size() > 1;
    boolean bySettings = CiliumSettings.enforcement(isolating.getFirst()).isPresent();
    String all = FirstFew.of(isolating, MOST, " and ");
    return new OtherDecision(
        isolating,
        bySettings
            ? "by "
                + all
                + ", Cilium isolates all pods (enable-policy: always), and no rule allows it"
            : all + (many ? " isolate" : " isolates") + " the pod, and no rule allows it",
        (bySettings
                ? "Add a rule to a policy of the pods: "
                : "Add a rule to " + isolating.getFirst() + " or to another policy of the pods: ")
            + wanted(direction, traffic)
            + toDomains
                .map(
                    policy ->
                        ". In "
                            + policy
                            + ", toFQDNs allow nothing until another rule lets the pods query DNS"
                            + " through Cilium's proxy (toPorts with rules.dns)")
                .orElse("")
            + (known ? "." : ". This assumes Cilium's default enforcement mode."));
  }

  /** Returns the rule that is missing, in the form of the API. */
  private static String wanted(Direction direction, CiliumTraffic traffic) {
    String prefix = direction == Direction.EGRESS ? "to" : "from";
    String peers =
        switch (traffic.identity()) {
          case CiliumIdentity.Endpoint(Pod pod, _) ->
              "Endpoints: [{matchLabels: {" + labels(pod, direction) + "}}]";
          case CiliumIdentity.Node(boolean own) ->
              "Entities: [" + (own ? "host" : "remote-node") + "]";
          case CiliumIdentity.World(InetAddress address) ->
              "CIDR: [\"" + new Cidr(address, address.getAddress().length * 8) + "\"]";
        };
    return direction.name().toLowerCase(Locale.ROOT)
        + ": [{"
        + prefix
        + peers
        + ", toPorts: [{ports: [{port: \""
        + traffic.port().number()
        + "\", protocol: ANY}]}]}]";
  }

  /** The label by which DNS pods are usually known, and the namespace. */
  private static String labels(Pod pod, Direction direction) {
    String namespace = "k8s:" + CiliumLabels.NAMESPACE + ": " + pod.namespace();
    return direction == Direction.EGRESS
        ? namespace + pod.labels().get("k8s-app").map(app -> ", k8s-app: " + app).orElse("")
        : namespace;
  }

  /**
   * Returns the decision of rules that allow; those with a filter for names take precedence.
   *
   * @param filtered whether the DNS proxy may refuse names: if no policy isolates the pod, Cilium
   *     adds all names to those of a filter
   */
  static OtherDecision allowed(
      List<Reached> allowing,
      Direction direction,
      CiliumTraffic traffic,
      boolean filtered,
      Optional<ForeignPolicy> toDomains) {
    Optional<List<DnsName>> names =
        filtered ? names(allowing.stream().map(Reached::rule).toList(), traffic) : Optional.empty();
    Reached shown =
        allowing.stream()
            .filter(each -> names.isPresent() && isProxied(each.rule(), traffic))
            .findFirst()
            .orElse(allowing.getFirst());
    return new OtherDecision(
        List.of(shown.policy()),
        named(shown, direction)
            + " allows it"
            + names
                .map(
                    all ->
                        " through Cilium's DNS proxy, which refuses names other than "
                            + FirstFew.of(all.stream().map(DnsName::text).toList(), MOST))
                .or(() -> unseen(allowing, traffic, toDomains))
                .orElse(""),
        "",
        names.orElse(List.of()),
        false);
  }

  /** Returns what is missing for domains if the proxy does not see the answers. */
  private static Optional<String> unseen(
      List<Reached> allowing, CiliumTraffic traffic, Optional<ForeignPolicy> toDomains) {
    return allowing.stream().anyMatch(each -> isProxied(each.rule(), traffic))
        ? Optional.empty()
        : toDomains.map(
            policy ->
                ", but not through Cilium's DNS proxy (rules.dns): toFQDNs of "
                    + policy
                    + " learn no address from it");
  }

  /** Returns true if a rule leads it through the DNS proxy. */
  static boolean isProxied(Traffic rule, CiliumTraffic traffic) {
    return !namesOf(rule, traffic).isEmpty();
  }

  /**
   * Returns the names that the proxy lets pass; empty if it lets all pass, or none is on the way.
   */
  private static Optional<List<DnsName>> names(List<Traffic> allowing, CiliumTraffic traffic) {
    List<DnsName> names =
        allowing.stream().flatMap(rule -> namesOf(rule, traffic).stream()).distinct().toList();
    boolean all =
        names.stream().anyMatch(DnsName::isEvery)
            || allowing.stream().anyMatch(rule -> isUnfiltered(rule, traffic));
    return names.isEmpty() || all ? Optional.empty() : Optional.of(names);
  }

  private static List<DnsName> namesOf(Traffic rule, CiliumTraffic traffic) {
    return ports(rule, traffic)
        .flatMap(
            port ->
                port.filter() instanceof Filter.Names(List<DnsName> names)
                    ? names.stream()
                    : Stream.of())
        .toList();
  }

  /** A rule for exactly this port is one of the proxy's; one for more ports has no part in it. */
  private static boolean isUnfiltered(Traffic rule, CiliumTraffic traffic) {
    return ports(rule, traffic)
        .anyMatch(
            port ->
                port.filter() instanceof Filter.None
                    && port.first().orElse(null) instanceof PortReference.Numbered
                    && port.last().isEmpty());
  }

  private static Stream<Port> ports(Traffic rule, CiliumTraffic traffic) {
    return rule.ports().stream().flatMap(List::stream).filter(traffic::isOn);
  }

  /** Returns a sentence about a rule of which it is not known whether it matches. */
  static String doubt(Reached rule, Direction direction) {
    return Unknowns.sentence(
        rule.policy(),
        named(rule, direction)
            + (rule.denies() ? " may deny it: " : " may allow it: ")
            + (rule.match() == Match.YES
                ? "what the policy selects by is not known here"
                : reason(rule.rule())));
  }

  private static String reason(Traffic rule) {
    return switch (rule.peers()) {
      case Peers.Domains() -> "the addresses of its toFQDNs are not known here";
      case Peers.Nodes() -> "the nodes that it selects are not known here";
      case Peers.Services(_) -> "the pods of its toServices are not known here";
      case Peers.Blocks(_, boolean elsewhere) when elsewhere ->
          "the addresses of its groups are not known here";
      case Peers.Entities(var entities) when entities.contains(Entity.KUBE_APISERVER) ->
          "the nodes of the entity kube-apiserver are not known here";
      case Peers.Blocks _,
          Peers.Endpoints _,
          Peers.Entities _,
          Peers.Everything _,
          Peers.Nothing _ ->
          rule.authenticated()
              ? "it demands authentication"
              : "labels that it selects by, or a proxy that it demands, are not known here";
    };
  }

  /** Returns a sentence about a policy of which it is not known whether it selects the pod. */
  static String doubt(ForeignPolicy policy) {
    return Unknowns.sentence(
        policy, policy + " may isolate the pod: what it selects by is not known here");
  }

  /** Returns a sentence about NetworkPolicies of which it is not known how Cilium matches them. */
  static String ofNetworkPolicies(List<NetworkPolicy> policies) {
    return "It is not known whether Cilium matches a rule of NetworkPolicy "
        + FirstFew.of(policies.stream().map(NetworkPolicy::namespacedName).toList(), MOST)
        + ".";
  }

  /** Returns a sentence about an address that Cilium may treat in several ways. */
  static String severalIdentities(List<CiliumIdentity> ends) {
    return "Cilium may treat the address as "
        + ends.stream().map(CiliumWords::entity).collect(joining(" or as "))
        + ", and its policies treat these differently.";
  }

  private static String entity(CiliumIdentity identity) {
    return "entity "
        + switch (identity) {
          case CiliumIdentity.Endpoint _ -> "cluster";
          case CiliumIdentity.Node(boolean own) -> own ? "host" : "remote-node";
          case CiliumIdentity.World _ -> "world";
        };
  }

  private static String named(Reached rule, Direction direction) {
    return section(rule, direction) + " rule " + (rule.index() + 1) + " of " + rule.policy();
  }

  private static String section(Reached rule, Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT) + (rule.denies() ? "Deny" : "");
  }
}
