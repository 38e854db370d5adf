package io.github.dnsonde.plan;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The classes of pods: the pods of a namespace that the same egress policies select. Answers arrive
 * on the connection that the pod opened, so its ingress policies do not matter.
 */
final class PolicyClasses {

  /** The class of pods without egress restrictions. */
  static final String NO_POLICY = "-";

  /** Limit for the characters of a class: a namespace may have any number of policies. */
  private static final int LENGTH = 256;

  private final Map<String, List<NetworkPolicy>> isolating;
  private final Map<String, List<InvalidPolicy>> unjudged;

  /** Namespaces of whose pods a policy of another kind may let some send, and others not. */
  private final Set<String> byWorkload;

  PolicyClasses(ClusterView cluster) {
    this.isolating =
        cluster.policies().stream()
            .filter(policy -> policy.egress().isPresent())
            .collect(groupingBy(NetworkPolicy::namespace));
    this.unjudged =
        cluster.gaps().invalid().stream()
            .filter(policy -> policy.directions().contains(Direction.EGRESS))
            .collect(groupingBy(InvalidPolicy::namespace));
    this.byWorkload = toldApart(cluster);
  }

  private static Set<String> toldApart(ClusterView cluster) {
    List<ForeignPolicy> others = cluster.foreignPolicies().policies();
    return cluster.pods().stream().collect(groupingBy(Pod::namespace)).entrySet().stream()
        .filter(
            each ->
                others.stream()
                    .anyMatch(other -> other.mayTellApart(each.getValue(), Direction.EGRESS)))
        .map(Map.Entry::getKey)
        .collect(toUnmodifiableSet());
  }

  /**
   * Returns the names of the policies that isolate the pod's egress, or may do so, such as {@code
   * allow-dns+default-deny}. If a policy of another kind may apply to some pods of the namespace
   * and not to others, only its engine knows to which. But it treats pods of one workload alike, so
   * the workload is then part of the class, as in {@code default-deny+workload/web}.
   */
  String of(Pod pod, String workload) {
    if (pod.hostNetwork()) {
      return NO_POLICY; // no policy applies to it
    }
    Stream<String> own =
        byWorkload.contains(pod.namespace()) ? Stream.of("workload/" + workload) : Stream.empty();
    String words = Stream.concat(selecting(pod), own).collect(joining("+"));
    return words.isEmpty() ? NO_POLICY : shortened(words);
  }

  private static String shortened(String words) {
    return words.length() <= LENGTH
        ? words
        : words.substring(0, LENGTH) + "…" + Integer.toHexString(words.hashCode());
  }

  private Stream<String> selecting(Pod pod) {
    return Stream.concat(
            isolating.getOrDefault(pod.namespace(), List.of()).stream()
                .filter(policy -> policy.selects().matches(pod.labels()))
                .map(NetworkPolicy::name),
            unjudged.getOrDefault(pod.namespace(), List.of()).stream()
                .filter(policy -> policy.maySelect(pod))
                .map(InvalidPolicy::name))
        .sorted();
  }
}
