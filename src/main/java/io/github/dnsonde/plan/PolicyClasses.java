package io.github.dnsonde.plan;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the pods of a namespace have in common that the same egress policies select. Answers come
 * back on the connection that the pod opened, so ingress policies of its own do not matter.
 */
final class PolicyClasses {

  /** The class of pods that may send whatever they like. */
  static final String NO_POLICY = "-";

  private final Map<String, List<NetworkPolicy>> isolating;
  private final boolean byWorkload;

  PolicyClasses(ClusterView cluster) {
    this.isolating =
        cluster.policies().stream()
            .filter(policy -> policy.egress().isPresent())
            .collect(groupingBy(NetworkPolicy::namespace));
    this.byWorkload = !cluster.foreignPolicies().isEmpty();
  }

  /**
   * The names of the policies that isolate the pod's egress, such as {@code
   * allow-dns+default-deny}. Where the cluster has kinds of policy that only their engine can
   * judge, nothing tells which pods those select, but pods of one workload are alike to them: the
   * workload is then part of the class, as in {@code default-deny+workload/web}.
   */
  String of(Pod pod, String workload) {
    if (pod.hostNetwork()) {
      return NO_POLICY; // no policy holds for it
    }
    Stream<String> own = byWorkload ? Stream.of("workload/" + workload) : Stream.empty();
    String words = Stream.concat(selecting(pod), own).collect(joining("+"));
    return words.isEmpty() ? NO_POLICY : words;
  }

  private Stream<String> selecting(Pod pod) {
    return isolating.getOrDefault(pod.namespace(), List.of()).stream()
        .filter(policy -> policy.selects().matches(pod.labels()))
        .map(NetworkPolicy::name)
        .sorted();
  }
}
