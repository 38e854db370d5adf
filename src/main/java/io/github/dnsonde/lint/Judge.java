package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.diagnosis.Destination;
import io.github.dnsonde.diagnosis.Dial;
import io.github.dnsonde.diagnosis.Mending;
import io.github.dnsonde.diagnosis.Reach;
import io.github.dnsonde.diagnosis.Verdicts;
import io.github.dnsonde.lint.Neighbourhood.Alike;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Ruling.Effect;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether pods that the same policies isolate reach the cluster's DNS, and if not, why. */
final class Judge {

  private final Resolvers resolvers;
  private final List<Repair> repairs;
  private final Alike pods;
  private final Verdicts asTheyAre;
  private final boolean mends;
  private Optional<Optional<String>> mending = Optional.empty();

  /**
   * Judges pods.
   *
   * @param namespaces what is known of the labels of the namespace that the DNS pods are in
   * @param mends whether findings tell what would mend them, which is costly
   */
  Judge(Resolvers resolvers, Map<String, Labels> namespaces, Alike pods, boolean mends) {
    this.mends = mends;
    this.resolvers = resolvers;
    this.repairs = Repair.all(resolvers, namespaces.containsKey(resolvers.namespace()));
    this.pods = pods;
    this.asTheyAre = new Verdicts(pods.policies(namespaces));
  }

  /** All findings about them. */
  List<Draft> findings() {
    List<Draft> drafts = new ArrayList<>();
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

  /** Where a cache answers that pods may ask, they need nobody else over that transport. */
  private boolean isServedByCache(Transport transport) {
    return resolvers.caches().stream().anyMatch(each -> isAllowed(each, transport));
  }

  private boolean isAllowed(InetAddress cache, Transport transport) {
    return reach(List.of(), resolvers.onNode(cache), transport).answer() == Effect.ALLOW;
  }

  /** The fewest slips without which DNS would pass; none: they are not the cause. */
  private List<Repair> slips(Transport transport) {
    if (isDenied(repairs, transport)) {
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

  private Draft slip(Repair slip, List<Repair> slips, Transport transport) {
    Optional<Reach.Grant> grant = grant(slips, transport);
    return draft(
        slip.cause(),
        grant,
        grant.map(each -> "spec.egress[" + each.rule() + "]").orElse("spec.egress"),
        "does not let PODS ask " + resolvers.shown() + ": " + slip.says().apply(written(grant)));
  }

  /** The peer of a repaired rule, as the policy has it. */
  private Optional<NetworkPolicy.Peer> written(Optional<Reach.Grant> grant) {
    return grant
        .filter(each -> each.peer().isPresent())
        .flatMap(
            each ->
                pods.named(each.policy().name())
                    .flatMap(policy -> policy.policy().egress())
                    .map(rules -> rules.get(each.rule()).peers().get(each.peer().getAsInt())));
  }

  private Optional<Draft> missing(Set<Transport> unexplained) {
    if (unexplained.isEmpty()) {
      return Optional.empty();
    }
    if (unexplained.size() == Transport.values().length) {
      return Optional.of(
          draft(
              Rule.ISOLATES_EGRESS_WITHOUT_DNS,
              Optional.empty(),
              "spec.egress",
              "isolates PODS, and nothing lets them ask "
                  + resolvers.shown()
                  + ": no name would be resolved"));
    }
    Transport passing = unexplained.contains(Transport.UDP) ? Transport.TCP : Transport.UDP;
    Optional<Reach.Grant> grant = grant(repairs, passing);
    return Optional.of(
        unexplained.contains(Transport.UDP)
            ? draft(
                Rule.DNS_UDP_MISSING,
                grant,
                ports(grant),
                "lets PODS ask "
                    + resolvers.shown()
                    + " over TCP, but not over UDP, which is asked first")
            : draft(
                Rule.DNS_TCP_MISSING,
                grant,
                ports(grant),
                "lets PODS ask "
                    + resolvers.shown()
                    + " over UDP, but not over TCP: long answers would fail"));
  }

  private static String ports(Optional<Reach.Grant> grant) {
    return grant.map(each -> "spec.egress[" + each.rule() + "].ports").orElse("spec.egress");
  }

  /** What the node's cache lacks, beyond what kube-dns lacks as well. */
  private List<Draft> onNode(Set<Transport> unexplained) {
    Optional<InetAddress> clusterIp = resolvers.cachedClusterIp();
    List<Draft> drafts = new ArrayList<>();
    for (InetAddress address : resolvers.caches()) {
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

  /** What pods may ask, where they may not ask a cache; of caches, another. */
  private String allowed(Transport transport) {
    return resolvers.caches().stream()
        .filter(_ -> isDenied(List.of(), transport))
        .filter(each -> isAllowed(each, transport))
        .findFirst()
        .map(each -> "the cache on " + Addresses.text(each))
        .orElse(resolvers.shown());
  }

  private Optional<Reach.Grant> granted(Transport transport) {
    return resolvers.caches().stream()
        .filter(_ -> isDenied(List.of(), transport))
        .flatMap(each -> grant(List.of(), resolvers.onNode(each), transport).stream())
        .findFirst()
        .or(() -> grant(repairs, transport));
  }

  private Optional<Draft> onNode(
      InetAddress address, Rule rule, String what, Set<Transport> unexplained) {
    Destination cache = resolvers.onNode(address);
    List<Transport> denied =
        Stream.of(Transport.values())
            .filter(each -> !unexplained.contains(each) && isDenied(List.of(), cache, each))
            .toList();
    return denied.isEmpty()
        ? Optional.empty()
        : Optional.of(onNode(cache, Repair.exception(address), rule, what, denied));
  }

  private Draft onNode(
      Destination cache, Repair exception, Rule rule, String what, List<Transport> denied) {
    String over = denied.size() == 1 ? " over " + denied.getFirst().name() : "";
    boolean excepted = denied.stream().noneMatch(each -> isDenied(List.of(exception), cache, each));
    Optional<Reach.Grant> grant =
        excepted ? grant(List.of(exception), cache, denied.getFirst()) : granted(denied.getFirst());
    String path = grant.map(each -> "spec.egress[" + each.rule() + "].to").orElse("spec.egress");
    return excepted
        ? draft(
            exception.cause(),
            grant,
            path,
            "does not let PODS ask " + what + over + ": its except has the address")
        : draft(
            rule,
            grant,
            path,
            "lets PODS ask " + allowed(denied.getFirst()) + ", but not " + what + over);
  }

  private Draft draft(Rule rule, Optional<Reach.Grant> grant, String path, String says) {
    return new Draft(
        rule,
        rule.severity(),
        grant.flatMap(each -> pods.named(each.policy().name())).orElseGet(pods::widest),
        path,
        pods.who(),
        says,
        mending());
  }

  /** One for all findings about them, and costly. */
  private Optional<String> mending() {
    if (mending.isEmpty()) {
      mending = Optional.of(yaml());
    }
    return mending.get();
  }

  private Optional<String> yaml() {
    if (!mends) {
      return Optional.empty();
    }
    return Mending.of(asTheyAre, pods.pod(), resolvers.all())
        .egress()
        .map(policy -> policy.in(Neighbourhood.shown(policy.namespace())))
        .map(PolicyYaml::text);
  }

  /** Of several that pods may ask, one that they reach is enough. */
  private boolean isDenied(List<Repair> with, Transport transport) {
    return resolvers.asked().stream().allMatch(each -> isDenied(with, each, transport));
  }

  private Optional<Reach.Grant> grant(List<Repair> with, Transport transport) {
    return resolvers.asked().stream()
        .flatMap(each -> grant(with, each, transport).stream())
        .findFirst();
  }

  private boolean isDenied(List<Repair> with, Destination asked, Transport transport) {
    Reach reach = reach(with, asked, transport);
    boolean overruled = reach instanceof Reach.Unknown unknown && unknown.isOfOtherKind();
    return !overruled && reach.likely().equals(Optional.of(Effect.DENY));
  }

  private Optional<Reach.Grant> grant(List<Repair> with, Destination asked, Transport transport) {
    return reach(with, asked, transport) instanceof Reach.Allow allow
        ? allow.by()
        : Optional.empty();
  }

  private Reach reach(List<Repair> with, Destination asked, Transport transport) {
    boolean blind =
        !resolvers.networks().blocksMatchPods() && !(asked instanceof Destination.Address);
    return verdicts(with, blind).egress(pods.pod(), asked, Dial.over(transport));
  }

  /** Verdicts by repaired policies, and by an engine that does not see pods in ipBlocks. */
  private Verdicts verdicts(List<Repair> with, boolean blind) {
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
    return new Verdicts(new PolicySet(all.namespaces(), repaired, all.invalid(), all.foreign()));
  }
}
