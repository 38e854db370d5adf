package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.List;
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
 * @param status whether it is asked from, or why not
 * @param resolver its own stub resolver, as far as it is known
 */
public record Candidate(
    String namespace,
    String workload,
    String pod,
    Optional<InetAddress> address,
    String policyClass,
    VantageStatus status,
    Resolver resolver) {

  public Candidate {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(address, "address is null");
    requireNonNull(policyClass, "policyClass is null");
    requireNonNull(status, "standing is null");
    requireNonNull(resolver, "resolver is null");
  }

  /** A pod of whose own resolver nothing is known. */
  public Candidate(
      String namespace,
      String workload,
      String pod,
      Optional<InetAddress> address,
      String policyClass,
      VantageStatus status) {
    this(namespace, workload, pod, address, policyClass, status, Resolver.UNKNOWN);
  }

  /**
   * The stub resolver of a pod.
   *
   * @param policy the pod's {@code dnsPolicy}; empty when unknown
   * @param config the pod's {@code dnsConfig}, which is added to what the policy gives
   * @param servers the names of those servers of the plan that it queries; none for a pod that is
   *     not a vantage
   */
  public record Resolver(String policy, ResolverSettings config, List<String> servers) {

    /** Nothing is known of it. */
    public static final Resolver UNKNOWN = new Resolver("", ResolverSettings.NONE, List.of());

    public Resolver {
      requireNonNull(policy, "policy is null");
      requireNonNull(config, "config is null");
      servers = List.copyOf(servers);
    }
  }
}
