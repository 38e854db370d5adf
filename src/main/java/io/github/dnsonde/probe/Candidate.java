package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A pod that probes could be sent from.
 *
 * @param namespace its namespace
 * @param workload a name that outlives it, as in {@link Vantage}
 * @param pod its name
 * @param address its primary address; empty before it has one
 * @param policyClass name of the class of pods in its namespace that share its egress policies,
 *     such as {@code default-deny+allow-dns}; one vantage for each class is enough
 * @param status the result of the selection: vantage, or the reason why not
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
    requireNonNull(status, "status is null");
    requireNonNull(resolver, "resolver is null");
  }

  /** Creates a pod whose own resolver is not known. */
  public Candidate(
      String namespace,
      String workload,
      String pod,
      Optional<InetAddress> address,
      String policyClass,
      VantageStatus status) {
    this(namespace, workload, pod, address, policyClass, status, Resolver.UNKNOWN);
  }

  /** Returns the name of the pod. */
  public NamespacedName namespacedPod() {
    return new NamespacedName(namespace, pod);
  }

  /**
   * The stub resolver of a pod.
   *
   * @param policy the pod's {@code dnsPolicy}; empty if unknown
   * @param config the pod's {@code dnsConfig}, which is added to the settings of the policy
   * @param servers the names of the plan's servers that it queries; none for a pod that is not a
   *     vantage
   */
  public record Resolver(String policy, ResolverSettings config, List<String> servers) {

    /** A resolver that is not known. */
    public static final Resolver UNKNOWN = new Resolver("", ResolverSettings.NONE, List.of());

    public Resolver {
      requireNonNull(policy, "policy is null");
      requireNonNull(config, "config is null");
      servers = List.copyOf(servers);
    }
  }
}
