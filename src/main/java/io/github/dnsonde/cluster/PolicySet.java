package io.github.dnsonde.cluster;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every policy that there is, and the labels of the namespaces that they select by.
 *
 * @param namespaces every namespace's labels, by its name
 * @param policies every NetworkPolicy
 * @param invalid every manifest of one that no API server takes; none in a live cluster
 * @param foreign every policy of another kind, or every other kind that there may be policies of
 */
public record PolicySet(
    Map<String, Labels> namespaces,
    List<NetworkPolicy> policies,
    List<InvalidPolicy> invalid,
    List<ForeignPolicy> foreign) {

  public PolicySet {
    namespaces = Map.copyOf(namespaces);
    policies = List.copyOf(policies);
    invalid = List.copyOf(invalid);
    foreign = List.copyOf(foreign);
  }

  /** Those of a live cluster, which does not tell whether foreign kinds are used. */
  public static PolicySet of(ClusterView cluster) {
    return new PolicySet(
        cluster.namespaces(),
        cluster.policies(),
        List.of(),
        cluster.foreignPolicies().stream().map(ForeignPolicy::possible).toList());
  }

  /** These and one more. */
  public PolicySet with(NetworkPolicy policy) {
    return new PolicySet(
        namespaces, Stream.concat(policies.stream(), Stream.of(policy)).toList(), invalid, foreign);
  }
}
