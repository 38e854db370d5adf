package io.github.dnsonde.change;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.Declaration;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.probe.NamespacedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A change of a cluster. All parts are applied together: their order does not matter.
 *
 * @param policies NetworkPolicies that are created, or that replace their namesakes
 * @param removed NetworkPolicies that are deleted
 * @param namespaces all labels of the namespaces that are created or changed, by name
 * @param foreign policies of other kinds that are created, or that replace their namesakes
 * @param workloads workloads that are created or changed
 * @param noDns the declarations that are in force after the change: their pods are not judged
 */
public record Change(
    List<NetworkPolicy> policies,
    Set<NamespacedName> removed,
    Map<String, Labels> namespaces,
    List<ForeignPolicy> foreign,
    List<PlannedWorkload> workloads,
    List<Declaration.NoDns> noDns) {

  public Change {
    policies = List.copyOf(policies);
    removed = Set.copyOf(removed);
    namespaces = Map.copyOf(namespaces);
    foreign = List.copyOf(foreign);
    workloads = List.copyOf(workloads);
    noDns = List.copyOf(noDns);
  }

  /** Creates a change of a cluster without declarations. */
  public Change(
      List<NetworkPolicy> policies,
      Set<NamespacedName> removed,
      Map<String, Labels> namespaces,
      List<ForeignPolicy> foreign,
      List<PlannedWorkload> workloads) {
    this(policies, removed, namespaces, foreign, workloads, List.of());
  }

  /** Returns the same change where these declarations are in force. */
  public Change with(List<Declaration.NoDns> others) {
    return new Change(policies, removed, namespaces, foreign, workloads, others);
  }

  /** Returns true if a pod is expected to get no DNS. */
  boolean expectsNoDns(Pod pod) {
    return noDns.stream().anyMatch(declaration -> declaration.selects(pod));
  }

  /** Returns the change that one policy is created, or replaces its namesake. */
  public static Change of(NetworkPolicy policy) {
    return new Change(List.of(policy), Set.of(), Map.of(), List.of(), List.of());
  }

  /** Returns the namespaces that are named. */
  public Set<String> touched() {
    Set<String> all = new HashSet<>(namespaces.keySet());
    policies.forEach(policy -> all.add(policy.namespace()));
    removed.forEach(policy -> all.add(policy.namespace()));
    workloads.forEach(workload -> all.add(workload.namespace()));
    foreign.forEach(policy -> policy.namespace().ifPresent(all::add));
    return all;
  }

  /** Returns true if it may affect the pods of namespaces that it does not name. */
  public boolean isForAll(Set<String> dnsNamespaces) {
    return foreign.stream()
            .anyMatch(policy -> policy.namespace().isEmpty() || policy.kind().isReferredTo())
        || touched().stream().anyMatch(dnsNamespaces::contains);
  }

  /** Returns the cluster after the change. */
  ClusterState after(ClusterState before) {
    Map<WorkloadKey, PlannedWorkload> planned = planned();
    return new ClusterState(
        after(before.policies()),
        before.pods().stream().map(pod -> after(pod, planned)).toList(),
        before.servers().stream()
            .map(server -> server.with(after(server.destination(), planned)))
            .toList());
  }

  /** A workload by namespace and owner. */
  private record WorkloadKey(String namespace, Pod.Owner owner) {}

  private Map<WorkloadKey, PlannedWorkload> planned() {
    return workloads.stream()
        .collect(
            toMap(
                each -> new WorkloadKey(each.namespace(), each.owner()),
                each -> each,
                (_, last) -> last));
  }

  private static Pod after(Pod pod, Map<WorkloadKey, PlannedWorkload> planned) {
    PlannedWorkload workload =
        planned.get(new WorkloadKey(pod.namespace(), PlannedWorkload.owner(pod)));
    return workload == null ? pod : workload.changed(pod);
  }

  /** A DNS pod that no longer has the labels of its Service is no longer behind it. */
  private static Destination after(
      Destination destination, Map<WorkloadKey, PlannedWorkload> planned) {
    if (!(destination instanceof Destination.Balanced balanced) || planned.isEmpty()) {
      return destination;
    }
    Service service = balanced.service();
    List<Pod> pods =
        balanced.backends().stream()
            .map(pod -> after(pod, planned))
            .filter(pod -> pod.labels().containsAll(service.selector()))
            .toList();
    return new Destination.Balanced(service, balanced.address(), pods);
  }

  private PolicySet after(PolicySet before) {
    Set<NamespacedName> gone = new HashSet<>(removed);
    policies.forEach(policy -> gone.add(policy.namespacedName()));
    List<NetworkPolicy> all = new ArrayList<>(policies);
    before.policies().stream()
        .filter(policy -> !gone.contains(policy.namespacedName()))
        .forEach(all::add);
    List<InvalidPolicy> invalid =
        before.invalid().stream()
            .filter(policy -> !gone.contains(policy.namespacedName()))
            .toList();
    Map<String, Labels> labels = new HashMap<>(before.namespaces());
    namespaces.forEach((name, own) -> labels.put(name, own.ofNamespace(name)));
    return new PolicySet(labels, all, invalid, foreign(before), before.gaps());
  }

  private List<ForeignPolicy> foreign(PolicySet before) {
    Set<ForeignPolicy.Identity> written =
        foreign.stream().map(ForeignPolicy::identity).collect(toSet());
    return Stream.concat(
            before.foreign().stream()
                .filter(old -> old.name().isEmpty() || !written.contains(old.identity())),
            foreign.stream())
        .toList();
  }
}
