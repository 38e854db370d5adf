package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a cluster that an agent could not read. Nothing follows from the absence of an
 * object there, so verdicts are unknown.
 *
 * @param resources the incomplete resources, each with the reason as a sentence without its full
 *     stop
 * @param labels namespaces of this node's pods whose labels are not known
 * @param policies namespaces of this node's pods with unknown policies, each with the reason,
 *     likewise
 * @param invalid NetworkPolicies that cannot be evaluated
 * @param pods the pods of this node of which only the name is known
 */
public record Gaps(
    Map<ClusterResource, String> resources,
    Set<String> labels,
    Map<String, String> policies,
    List<InvalidPolicy> invalid,
    List<PodName> pods) {

  /** No gaps: everything was read. */
  public static final Gaps NONE = new Gaps(Map.of(), Set.of(), Map.of(), List.of(), List.of());

  public Gaps {
    resources = Map.copyOf(resources);
    labels = Set.copyOf(labels);
    policies = Map.copyOf(policies);
    invalid = List.copyOf(invalid);
    pods = List.copyOf(pods);
  }

  /** The reason why a resource is incomplete; empty if it is complete. */
  public Optional<String> of(ClusterResource resource) {
    return Optional.ofNullable(resources.get(resource));
  }

  /** The reason why a namespace's policies are incomplete; empty if they are complete. */
  public Optional<String> ofPolicies(String namespace) {
    return of(ClusterResource.NETWORK_POLICIES)
        .or(() -> Optional.ofNullable(policies.get(namespace)));
  }

  /** A pod of which only the name is known. */
  public record PodName(String namespace, String name) {
    public PodName {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(name, "name is null");
    }
  }
}
