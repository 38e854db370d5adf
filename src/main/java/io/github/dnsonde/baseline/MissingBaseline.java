package io.github.dnsonde.baseline;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.NetworkPolicy;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A namespace whose policies isolate pods for egress, and leave them without DNS.
 *
 * @param workloads the number of affected pods that run, by workload; none if there are none yet
 * @param total whether some pods have no DNS at all; otherwise a part of it is missing
 * @param lacks the missing paths, such as {@code kube-dns; UDP and TCP}
 * @param isolatedBy the names of the policies that isolate pods for egress
 * @param policies the policies that would allow DNS, and isolate no other pods; none if none helps
 */
public record MissingBaseline(
    String namespace,
    SortedMap<String, Integer> workloads,
    boolean total,
    List<String> lacks,
    List<String> isolatedBy,
    List<NetworkPolicy> policies) {

  public MissingBaseline {
    requireNonNull(namespace, "namespace is null");
    workloads = new TreeMap<>(workloads);
    lacks = List.copyOf(lacks);
    isolatedBy = List.copyOf(isolatedBy);
    policies = List.copyOf(policies);
  }

  /** Returns the number of affected pods. */
  public int pods() {
    return workloads.values().stream().mapToInt(count -> count).sum();
  }

  /** Returns the workloads for people: {@code Deployment api (8 pods)}. */
  public List<String> shownWorkloads() {
    return workloads.entrySet().stream().map(MissingBaseline::shown).toList();
  }

  private static String shown(Map.Entry<String, Integer> workload) {
    return workload.getKey()
        + " ("
        + workload.getValue()
        + (workload.getValue() == 1 ? " pod)" : " pods)");
  }
}
