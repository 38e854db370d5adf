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
  private Optional<Optional<String>> mending = Optional.empty();

  /**
   * Judges pods.
   *
   * @param namespaces what is known of the labels of the namespace that the DNS pods are in
   */
  Judge(Resolvers resolvers, Map<String, Labels> namespaces, Alike pods) {
    this.resolvers = resolvers;
    this.repairs = Repair.all(resolvers, namespaces.containsKey(resolvers.namespace()));
    this.pods = pods;
    this.asTheyAre = new Verdicts(pods.policies(namespaces));
  }

  /** All findings about them. */
  List<Draft> findings() {
    if (isServedByCache()) {
      return List.of();
    }
    List<Draft> drafts = new ArrayList<>();
    Set<Transport> unexplained = EnumSet.noneOf(Transport.class);
    for (Transport transport : Transport.values()) {
      if (isDenied(List.of(), resolvers.kubeDns(), transport)) {
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

  /** Where the cache answers on all addresses that may be asked, nobody asks kube-dns' pods. */
  private boolean isServedByCache() {
    List<Destination> caches =
        Stream.concat(resolvers.caches().stream(), resolvers.cacheOnClusterIp().stream()).toList();
    return !caches.isEmpty()
        && caches.stream()
            .allMatch(
                cache ->
                    Stream.of(Transport.values())
                        .allMatch(each -> reach(List.of(), cache, each).answer() == Effect.ALLOW));
  }

  /** The fewest slips without which DNS would pass; none: they are not the cause. */
  private List<Repair> slips(Transport transport) {
    if (isDenied(repairs, resolvers.kubeDns(), transport)) {
      return List.of();
    }
    List<Repair> needed = new ArrayList<>(repairs);
    for (Repair each : repairs) {
      List<Repair> others = new ArrayList<>(needed);
      others.remove(each);
      if (!isDenied(others, resolvers.kubeDns(), transport)) {
        needed = others;
      }
    }
    return needed;
  }

  private Draft slip(Repair slip, List<Repair> slips, Transport transport) {
    Optional<Reach.Grant> grant = grant(slips, resolvers.kubeDns(), transport);
    return draft(
        slip.cause(),
        grant,
        grant.map(each -> "spec.egress[" + each.rule() + "]").orElse("spec.egress"),
        "does not let PODS ask kube-dns: " + slip.says());
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
              "isolates PODS, and nothing lets them ask kube-dns: no name would be resolved"));
    }
    Transport passing = unexplained.contains(Transport.UDP) ? Transport.TCP : Transport.UDP;
    Optional<Reach.Grant> grant = grant(repairs, resolvers.kubeDns(), passing);
    return Optional.of(
        unexplained.contains(Transport.UDP)
            ? draft(
                Rule.DNS_UDP_MISSING,
                grant,
                ports(grant),
                "lets PODS ask kube-dns over TCP, but not over UDP, which is asked first")
            : draft(
                Rule.DNS_TCP_MISSING,
                grant,
                ports(grant),
                "lets PODS ask kube-dns over UDP, but not over TCP: long answers would fail"));
  }

  private static String ports(Optional<Reach.Grant> grant) {
    return grant.map(each -> "spec.egress[" + each.rule() + "].ports").orElse("spec.egress");
  }

  /** What the node's cache lacks, beyond what kube-dns lacks as well. */
  private List<Draft> onNode(Set<Transport> unexplained) {
    List<Draft> drafts = new ArrayList<>();
    resolvers
        .nodeLocal()
        .forEach(
            address ->
                onNode(
                        address,
                        Rule.NODELOCAL_MISSING,
                        "NodeLocal DNSCache on " + Addresses.text(address),
                        unexplained)
                    .ifPresent(drafts::add));
    resolvers
        .cacheOnClusterIp()
        .flatMap(_ -> resolvers.clusterIp())
        .flatMap(
            address ->
                onNode(
                    address,
                    Rule.CLUSTERIP_MISSING,
                    "NodeLocal DNSCache on kube-dns' ClusterIP " + Addresses.text(address),
                    unexplained))
        .ifPresent(drafts::add);
    return drafts;
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
        excepted
            ? grant(List.of(exception), cache, denied.getFirst())
            : grant(repairs, resolvers.kubeDns(), denied.getFirst());
    String path = grant.map(each -> "spec.egress[" + each.rule() + "].to").orElse("spec.egress");
    return excepted
        ? draft(
            exception.cause(),
            grant,
            path,
            "does not let PODS ask " + what + over + ": its except has the address")
        : draft(rule, grant, path, "lets PODS ask kube-dns, but not " + what + over);
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
    return Mending.of(verdicts(List.of()), pods.pod(), resolvers.all())
        .egress()
        .map(policy -> policy.in(Neighbourhood.shown(policy.namespace())))
        .map(PolicyYaml::text);
  }

  private boolean isDenied(List<Repair> with, Destination asked, Transport transport) {
    return reach(with, asked, transport).likely().equals(Optional.of(Effect.DENY));
  }

  private Optional<Reach.Grant> grant(List<Repair> with, Destination asked, Transport transport) {
    return reach(with, asked, transport) instanceof Reach.Allow allow
        ? allow.by()
        : Optional.empty();
  }

  private Reach reach(List<Repair> with, Destination asked, Transport transport) {
    return verdicts(with).egress(pods.pod(), asked, Dial.over(transport));
  }

  private Verdicts verdicts(List<Repair> with) {
    if (with.isEmpty()) {
      return asTheyAre;
    }
    PolicySet all = asTheyAre.policies();
    List<NetworkPolicy> repaired = all.policies();
    for (Repair each : with) {
      repaired = repaired.stream().map(each::apply).toList();
    }
    return new Verdicts(new PolicySet(all.namespaces(), repaired, all.invalid(), all.foreign()));
  }
}
