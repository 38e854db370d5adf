package io.github.dnsonde.change;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The pods that a change may cut off. NetworkPolicies only add up: another one takes nothing from a
 * pod that is isolated already. So few pods have to be judged while an API server waits.
 *
 * @param changed the earlier versions of the changed policies
 * @param unread those of them that cannot be evaluated
 * @param added the policies as they will be
 * @param isolating the policies that stay and isolate pods for egress
 */
record AtRisk(
    List<NetworkPolicy> changed,
    List<InvalidPolicy> unread,
    List<NetworkPolicy> added,
    List<NetworkPolicy> isolating)
    implements Predicate<Pod> {

  /** Returns those of a change; all pods, if it changes more than policies of some namespaces. */
  static Predicate<Pod> of(ClusterState before, Change change) {
    if (change.isForAll(before.dnsNamespaces())
        || !change.namespaces().isEmpty()
        || !change.foreign().isEmpty()
        || !change.workloads().isEmpty()) {
      return _ -> true;
    }
    Set<NamespacedName> named =
        Stream.concat(
                change.removed().stream(),
                change.policies().stream().map(NetworkPolicy::namespacedName))
            .collect(toSet());
    Set<String> touched = change.touched();
    List<NetworkPolicy> near =
        before.policies().policies().stream()
            .filter(policy -> touched.contains(policy.namespace()))
            .toList();
    return new AtRisk(
        near.stream().filter(policy -> named.contains(policy.namespacedName())).toList(),
        before.policies().invalid().stream()
            .filter(policy -> named.contains(policy.namespacedName()))
            .toList(),
        change.policies(),
        near.stream()
            .filter(policy -> policy.egress().isPresent())
            .filter(policy -> !named.contains(policy.namespacedName()))
            .toList());
  }

  @Override
  public boolean test(Pod pod) {
    return isSelected(pod, changed)
        || unread.stream()
            .anyMatch(policy -> policy.namespace().equals(pod.namespace()) && policy.maySelect(pod))
        || (isSelected(pod, added) && !isSelected(pod, isolating));
  }

  private static boolean isSelected(Pod pod, List<NetworkPolicy> policies) {
    for (NetworkPolicy policy : policies) {
      if (policy.selects(pod)) {
        return true;
      }
    }
    return false;
  }
}
