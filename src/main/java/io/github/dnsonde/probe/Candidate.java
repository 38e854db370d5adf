package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A pod that could be asked from.
 *
 * @param namespace its namespace
 * @param workload a name that outlives it, as in {@link Vantage}
 * @param pod its name
 * @param address its primary address; empty before it has one
 * @param policyClass what the pods of its namespace that share its egress policies have in common;
 *     one of them is enough. Words for people, such as {@code default-deny+allow-dns}
 * @param standing whether it is asked from, or why not
 */
public record Candidate(
    String namespace,
    String workload,
    String pod,
    Optional<InetAddress> address,
    String policyClass,
    Standing standing) {

  public Candidate {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(address, "address is null");
    requireNonNull(policyClass, "policyClass is null");
    requireNonNull(standing, "standing is null");
  }
}
