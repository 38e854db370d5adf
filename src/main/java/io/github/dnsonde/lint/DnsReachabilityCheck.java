package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.lint.NamespaceScope.AlikePods;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.policy.PolicyVerdict;
import io.github.dnsonde.policy.PortProtocol;
import io.github.dnsonde.policy.SuggestedPolicy;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The check that pods isolated by the same policies reach the cluster's DNS, with the reasons if
 * they do not.
 */
final class DnsReachabilityCheck {

  private final ClusterDns clusterDns;
  private final List<Destination> asked;
  private final Map<InetAddress, Destination> caches;
  private final List<Repair> repairs;
  private final AlikePods pods;
  private final PolicyEvaluator asTheyAre;
  private final boolean suggests;
  private Optional<Optional<String>> suggestedPolicy = Optional.empty();

  /**
   * Creates a check of these pods.
   *
   * @param namespaces the known labels of the namespace of the DNS pods
   * @param suggests whether findings carry a suggested policy, which is costly
   */
  DnsReachabilityCheck(
      ClusterDns clusterDns, Map<String, Labels> namespaces, AlikePods pods, boolean suggests) {
    this.suggests = suggests;
    this.clusterDns = clusterDns;
    this.asked = clusterDns.destinations();
    this.caches = new LinkedHashMap<>();
    clusterDns.caches().forEach(each -> caches.put(each, clusterDns.onNode(each)));
    this.pods = pods;
    this.asTheyAre = new PolicyEvaluator(pods.policies(namespaces));
    List<NetworkPolicy> policies = asTheyAre.policies().policies();
    this.repairs =
        Repair.all(clusterDns, namespaces.containsKey(clusterDns.namespace())).stream()
            .filter(each -> policies.stream().anyMatch(each::changes))
            .toList();
  }

  /** Returns all findings about the pods. */
  List<ViolationDraft> findings() {
    List<ViolationDraft> drafts = new ArrayList<>();
    Set<Transport> unexplained = EnumSet.noneOf(Transport.class);
    for (Transport transport : Transport.values()) {
      if (!isServedByCache(transport) && isDenied(List.of(), transport)) {
        List<Repair> slips = slips(transport);
        slips.forEach(slip -> drafts.add(slip(slip, slips, transport)));
        if (slips.isEmpty()) {
          unexplained.add(transport);
        }
      }
    }
    missing(unexplained).ifPresent(drafts::add);
    if (!unexplained.contains(Transport.UDP)) {
      drafts.addAll(onNode(unexplained));
    }
    return drafts;
  }

  /** If pods may query a cache that answers, they need no other server over that transport. */
  private boolean isServedByCache(Transport transport) {
    return caches.values().stream().anyMatch(each -> isAllowed(each, transport));
  }

  private boolean isAllowed(Destination cache, Transport transport) {
    return verdict(List.of(), cache, transport).decision() == Decision.ALLOW;
  }

  /** Returns the fewest slips without which DNS would pass; empty if slips are not the cause. */
  private List<Repair> slips(Transport transport) {
    if (repairs.isEmpty() || isDenied(repairs, transport)) {
      return List.of();
    }
    List<Repair> needed = new ArrayList<>(repairs);
    for (Repair each : repairs) {
      List<Repair> others = new ArrayList<>(needed);
      others.remove(each);
      if (!isDenied(others, transport)) {
        needed = others;
      }
    }
    return needed;
  }

  private ViolationDraft slip(Repair slip, List<Repair> slips, Transport transport) {
    Optional<PolicyVerdict.Grant> grant = grant(slips, transport);
    return draft(
        slip.cause(),
        grant,
        grant.map(each -> "spec.egress[" + each.rule() + "]").orElse("spec.egress"),
        "does not allow PODS to query "
            + clusterDns.shown()
            + ": "
            + slip.says().apply(written(grant)));
  }

  /** The peer of a repaired rule, as the policy has it. */
  private Optional<NetworkPolicy.Peer> written(Optional<PolicyVerdict.Grant> grant) {
    return grant
        .filter(each -> each.peer().isPresent())
        .flatMap(
            each ->
                pods.named(each.policy().name())
                    .flatMap(policy -> policy.policy().egress())
                    .map(rules -> rules.get(each.rule()).peers().get(each.peer().getAsInt())));
  }

  private Optional<ViolationDraft> missing(Set<Transport> unexplained) {
    if (unexplained.isEmpty()) {
      return Optional.empty();
    }
    if (unexplained.size() == Transport.values().length) {
      return Optional.of(
          draft(
              Rule.ISOLATES_EGRESS_WITHOUT_DNS,
              Optional.empty(),
              "spec.egress",
              "isolates PODS, and nothing allows them to query "
                  + clusterDns.shown()
                  + ": no name would be resolved"));
    }
    Transport passing = unexplained.contains(Transport.UDP) ? Transport.TCP : Transport.UDP;
    Optional<PolicyVerdict.Grant> grant = grant(repairs, passing);
    return Optional.of(
        unexplained.contains(Transport.UDP)
            ? draft(
                Rule.DNS_UDP_MISSING,
                grant,
                ports(grant),
                "allows PODS to query "
                    + clusterDns.shown()
                    + " over TCP, but not over UDP, which is queried first")
            : draft(
                Rule.DNS_TCP_MISSING,
                grant,
                ports(grant),
                "allows PODS to query "
                    + clusterDns.shown()
                    + " over UDP, but not over TCP: long answers would fail"));
  }

  private static String ports(Optional<PolicyVerdict.Grant> grant) {
    return grant.map(each -> "spec.egress[" + each.rule() + "].ports").orElse("spec.egress");
  }

  /** The findings for the node's cache, unless kube-dns has the same. */
  private List<ViolationDraft> onNode(Set<Transport> unexplained) {
    Optional<InetAddress> clusterIp = clusterDns.cachedClusterIp();
    List<ViolationDraft> drafts = new ArrayList<>();
    for (InetAddress address : caches.keySet()) {
      boolean isService = clusterIp.filter(address::equals).isPresent();
      onNode(
              address,
              isService ? Rule.CLUSTERIP_MISSING : Rule.NODELOCAL_MISSING,
              "NodeLocal DNSCache on "
                  + (isService ? "kube-dns' ClusterIP " : "")
                  + Addresses.text(address),
              unexplained)
          .ifPresent(drafts::add);
    }
    return drafts;
  }

  /** The servers that pods may query if they may not query a cache; among caches, another one. */
  private String allowed(Transport transport) {
    return caches.entrySet().stream()
        .filter(_ -> isDenied(List.of(), transport))
        .filter(each -> isAllowed(each.getValue(), transport))
        .findFirst()
        .map(each -> "the cache on " + Addresses.text(each.getKey()))
        .orElse(clusterDns.shown());
  }

  private Optional<PolicyVerdict.Grant> granted(Transport transport) {
    return caches.values().stream()
        .filter(_ -> isDenied(List.of(), transport))
        .flatMap(each -> grant(List.of(), each, transport).stream())
        .findFirst()
        .or(() -> grant(repairs, transport));
  }

  private Optional<ViolationDraft> onNode(
      InetAddress address, Rule rule, String what, Set<Transport> unexplained) {
    Destination cache = clusterDns.onNode(address);
    List<Transport> denied =
        Stream.of(Transport.values())
            .filter(each -> !unexplained.contains(each) && isDenied(List.of(), cache, each))
            .toList();
    return denied.isEmpty()
        ? Optional.empty()
        : Optional.of(onNode(cache, Repair.exception(address), rule, what, denied));
  }

  private ViolationDraft onNode(
      Destination cache, Repair exception, Rule rule, String what, List<Transport> denied) {
    String over = denied.size() == 1 ? " over " + denied.getFirst().name() : "";
    boolean excepted = denied.stream().noneMatch(each -> isDenied(List.of(exception), cache, each));
    Optional<PolicyVerdict.Grant> grant =
        excepted ? grant(List.of(exception), cache, denied.getFirst()) : granted(denied.getFirst());
    String path = grant.map(each -> "spec.egress[" + each.rule() + "].to").orElse("spec.egress");
    return excepted
        ? draft(
            exception.cause(),
            grant,
            path,
            "does not allow PODS to query " + what + over + ": its except has the address")
        : draft(
            rule,
            grant,
            path,
            "allows PODS to query " + allowed(denied.getFirst()) + ", but not " + what + over);
  }

  private ViolationDraft draft(
      Rule rule, Optional<PolicyVerdict.Grant> grant, String path, String says) {
    return new ViolationDraft(
        rule,
        rule.severity(),
        grant.flatMap(each -> pods.named(each.policy().name())).orElseGet(pods::widest),
        path,
        pods.who(),
        says,
        suggestedPolicy());
  }

  /** The suggested policy for all findings about the pods; costly. */
  private Optional<String> suggestedPolicy() {
    if (suggestedPolicy.isEmpty()) {
      suggestedPolicy = Optional.of(yaml());
    }
    return suggestedPolicy.get();
  }

  private Optional<String> yaml() {
    if (!suggests) {
      return Optional.empty();
    }
    return SuggestedPolicy.of(asTheyAre, pods.pod(), clusterDns.all())
        .egress()
        .map(policy -> policy.in(NamespaceScope.shown(pods.pod().namespace())))
        .map(PolicyYaml::text);
  }

  /** If pods may query several servers, one that they reach is enough. */
  private boolean isDenied(List<Repair> with, Transport transport) {
    return asked.stream().allMatch(each -> isDenied(with, each, transport));
  }

  private Optional<PolicyVerdict.Grant> grant(List<Repair> with, Transport transport) {
    return asked.stream().flatMap(each -> grant(with, each, transport).stream()).findFirst();
  }

  private boolean isDenied(List<Repair> with, Destination other, Transport transport) {
    PolicyVerdict verdict = verdict(with, other, transport);
    boolean overruled = verdict instanceof PolicyVerdict.Unknown unknown && unknown.isOfOtherKind();
    return !overruled && verdict.likely().equals(Optional.of(Decision.DENY));
  }

  private Optional<PolicyVerdict.Grant> grant(
      List<Repair> with, Destination other, Transport transport) {
    return verdict(with, other, transport) instanceof PolicyVerdict.Allow allow
        ? allow.by()
        : Optional.empty();
  }

  private PolicyVerdict verdict(List<Repair> with, Destination other, Transport transport) {
    boolean blind =
        !clusterDns.networks().blocksMatchPods() && !(other instanceof Destination.Address);
    return verdicts(with, blind).egress(pods.pod(), other, PortProtocol.over(transport));
  }

  /**
   * Returns verdicts with repaired policies, and by an engine that does not match pods by ipBlocks.
   */
  private PolicyEvaluator verdicts(List<Repair> with, boolean blind) {
    if (with.isEmpty() && !blind) {
      return asTheyAre;
    }
    PolicySet all = asTheyAre.policies();
    List<NetworkPolicy> repaired = all.policies();
    for (Repair each : with) {
      repaired = repaired.stream().map(each::apply).toList();
    }
    if (blind) {
      repaired = repaired.stream().map(Repair::withoutBlocks).toList();
    }
    return new PolicyEvaluator(
        new PolicySet(all.namespaces(), repaired, all.invalid(), all.foreign()));
  }
}
