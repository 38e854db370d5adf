package io.github.dnsonde.plan;

import io.github.dnsonde.cluster.Pod;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * Which pod each network namespace at hand belongs to. An address may be given out again before the
 * API server has forgotten the pod that had it: then it is the younger pod's, and a pod that is
 * being deleted yields to any other.
 */
final class Networks {

  private static final BinaryOperator<Pod> PRESENT_HOLDER =
      BinaryOperator.maxBy(
          Comparator.comparing((Pod pod) -> !pod.deleting())
              .thenComparing(Pod::created)
              .thenComparing(Pod::namespace)
              .thenComparing(Pod::name));

  private final Map<InetAddress, Pod> holders = new HashMap<>();

  Networks(Knowledge knowledge) {
    for (Pod pod : knowledge.cluster().pods()) {
      if (pod.phase() != Pod.Phase.FINISHED && !pod.hostNetwork()) {
        pod.addresses().stream()
            .filter(knowledge.networks()::contains)
            .forEach(address -> holders.merge(address, pod, PRESENT_HOLDER));
      }
    }
  }

  /** The first of a pod's addresses whose network namespace is at hand, and is its own. */
  Optional<InetAddress> of(Pod pod) {
    return pod.addresses().stream().filter(address -> pod.equals(holders.get(address))).findFirst();
  }
}
