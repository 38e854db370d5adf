package io.github.dnsonde.baseline;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.change.Change;
import io.github.dnsonde.change.ChangeJudge;
import io.github.dnsonde.change.ClusterState;
import io.github.dnsonde.change.Consequence;
import io.github.dnsonde.change.DnsServer;
import io.github.dnsonde.change.Effect;
import io.github.dnsonde.change.PlannedWorkload;
import io.github.dnsonde.change.Presence;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.SuggestedPolicy;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.NamespacedName;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The policy that allows DNS in a cluster, by the DNS servers that it has now. */
public final class DnsBaseline {

  private final ClusterSnapshot snapshot;
  private final ClusterState state;

  private DnsBaseline(ClusterSnapshot snapshot, ClusterState state) {
    this.snapshot = snapshot;
    this.state = state;
  }

  /**
   * Returns the baseline of a cluster; empty if its DNS was not seen, and no address is given.
   *
   * @param caches addresses of NodeLocal DNSCache, or of other DNS on nodes, that the cluster does
   *     not show
   */
  public static Optional<DnsBaseline> of(ClusterSnapshot snapshot, List<InetAddress> caches) {
    ClusterState seen = ClusterState.of(snapshot);
    Set<InetAddress> known = seen.servers().stream().map(DnsServer::address).collect(toSet());
    List<DnsServer> servers =
        Stream.concat(
                seen.servers().stream(),
                caches.stream().filter(address -> !known.contains(address)).map(DnsBaseline::cache))
            .toList();
    return caches.isEmpty() && seen.servers().stream().allMatch(DnsServer::cache)
        ? Optional.empty()
        : Optional.of(new DnsBaseline(snapshot, seen.with(servers)));
  }

  private static DnsServer cache(InetAddress address) {
    return new DnsServer(
        DnsServer.NODE_LOCAL, address, true, new Destination.Address(address, List.of()));
  }

  /**
   * Returns the policy for every pod of a namespace.
   *
   * @param namespace empty to leave it open
   */
  public NetworkPolicy policy(String namespace) {
    return SuggestedPolicy.forNamespace(
        namespace, state.servers().stream().map(DnsServer::destination).toList());
  }

  /** Returns the servers for people: {@code kube-dns on 10.96.0.10}. */
  public List<String> servers() {
    return state.servers().stream()
        .map(server -> server.name() + " on " + Addresses.text(server.address()))
        .toList();
  }

  /**
   * Returns the namespaces in which policies isolate pods for egress and leave them without DNS, or
   * without a part of it.
   *
   * @param wanted the namespaces to look at; empty for all
   * @param now the time at which declarations must be in force
   */
  public List<MissingBaseline> missing(Set<String> wanted, Instant now) {
    Map<String, List<NetworkPolicy>> isolating =
        state.policies().policies().stream()
            .filter(policy -> policy.egress().isPresent())
            .filter(policy -> wanted.isEmpty() || wanted.contains(policy.namespace()))
            .collect(
                Collectors.groupingBy(NetworkPolicy::namespace, TreeMap::new, Collectors.toList()));
    List<Consequence> all =
        ChangeJudge.judge(state, nothing(isolating, now)).consequences().stream()
            .filter(consequence -> consequence.effect() == Effect.STAYS_CUT)
            .toList();
    List<MissingBaseline> missing = new ArrayList<>();
    isolating.forEach(
        (namespace, policies) -> {
          List<Consequence> own =
              all.stream().filter(each -> each.namespace().equals(namespace)).toList();
          if (!own.isEmpty()) {
            missing.add(of(namespace, policies, own));
          }
        });
    return missing;
  }

  /** A change without an effect, of each namespace: what is cut before it stays cut. */
  private Change nothing(Map<String, List<NetworkPolicy>> isolating, Instant now) {
    List<PlannedWorkload> samples =
        isolating.values().stream()
            .flatMap(List::stream)
            .filter(this::selectsNoPod)
            .flatMap(policy -> PlannedWorkload.selectedBy(policy).stream())
            .toList();
    Map<String, Labels> labels =
        isolating.keySet().stream()
            .collect(
                Collectors.toMap(
                    name -> name,
                    name -> state.policies().namespaces().getOrDefault(name, Labels.NONE)));
    return new Change(List.of(), Set.of(), labels, List.of(), samples)
        .with(snapshot.view().declarations().inForce(now));
  }

  private boolean selectsNoPod(NetworkPolicy policy) {
    return state.pods().stream()
        .filter(pod -> pod.phase() != Pod.Phase.FINISHED)
        .noneMatch(policy::selects);
  }

  private MissingBaseline of(
      String namespace, List<NetworkPolicy> isolating, List<Consequence> cut) {
    SortedMap<String, Integer> workloads = new TreeMap<>();
    cut.stream()
        .filter(each -> each.presence() == Presence.RUNNING)
        .forEach(
            each ->
                each.workloads().forEach((who, pods) -> workloads.merge(who, pods, Integer::sum)));
    return new MissingBaseline(
        namespace,
        workloads,
        cut.stream().anyMatch(Consequence::total),
        cut.stream().map(Consequence::shownPaths).distinct().toList(),
        isolating.stream().map(NetworkPolicy::name).sorted().toList(),
        named(
            cut.stream()
                .flatMap(each -> each.suggestedPolicies().stream())
                .filter(NetworkPolicy.class::isInstance)
                .map(NetworkPolicy.class::cast)
                .map(policy -> policy.named(SuggestedPolicy.NAME)) // alike except for the name
                .distinct()
                .toList()));
  }

  private List<NetworkPolicy> named(List<NetworkPolicy> policies) {
    Set<NamespacedName> taken =
        Stream.concat(
                state.policies().policies().stream().map(NetworkPolicy::namespacedName),
                state.policies().invalid().stream()
                    .map(policy -> new NamespacedName(policy.namespace(), policy.name())))
            .collect(toSet());
    return SuggestedPolicy.named(policies, taken).stream().map(NetworkPolicy.class::cast).toList();
  }
}
