package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent could not read of its cluster. Nothing follows there from the absence of an object:
 * verdicts are unknown.
 *
 * @param resources those of which not everything is known, each with the reason as a sentence
 *     without its full stop
 * @param labels namespaces of this node's pods whose labels are not known
 * @param policies namespaces of this node's pods of which not every policy is known, each with the
 *     reason, likewise
 * @param invalid NetworkPolicies that cannot be judged
 * @param pods of this node, of which no more than the name is known
 */
public record Gaps(
    Map<ClusterResource, String> resources,
    Set<String> labels,
    Map<String, String> policies,
    List<InvalidPolicy> invalid,
    List<PodName> pods) {

  /** Everything was read. */
  public static final Gaps NONE = new Gaps(Map.of(), Set.of(), Map.of(), List.of(), List.of());

  public Gaps {
    resources = Map.copyOf(resources);
    labels = Set.copyOf(labels);
    policies = Map.copyOf(policies);
    invalid = List.copyOf(invalid);
    pods = List.copyOf(pods);
  }

  /** Why not everything of a resource is known; empty if it is. */
  public Optional<String> of(ClusterResource resource) {
    return Optional.ofNullable(resources.get(resource));
  }

  /** Why not every policy of a namespace is known; empty if it is. */
  public Optional<String> ofPolicies(String namespace) {
    return of(ClusterResource.NETWORK_POLICIES)
        .or(() -> Optional.ofNullable(policies.get(namespace)));
  }

  /** A pod of which nothing else is known. */
  public record PodName(String namespace, String name) {
    public PodName {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(name, "name is null");
    }
  }
}
