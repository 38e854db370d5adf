package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All policies of a cluster or of manifests, and the labels of the namespaces that they select by.
 *
 * @param namespaces every namespace's labels, by its name
 * @param policies every NetworkPolicy
 * @param invalid every NetworkPolicy that cannot be evaluated
 * @param foreign every policy of another kind, or every other kind of which policies may exist
 * @param gaps other parts that are not known
 */
public record PolicySet(
    Map<String, Labels> namespaces,
    List<NetworkPolicy> policies,
    List<InvalidPolicy> invalid,
    List<ForeignPolicy> foreign,
    Gaps gaps) {

  public PolicySet {
    namespaces = Map.copyOf(namespaces);
    policies = List.copyOf(policies);
    invalid = List.copyOf(invalid);
    foreign = List.copyOf(foreign);
    requireNonNull(gaps, "gaps is null");
  }

  /** Creates a set without gaps. */
  public PolicySet(
      Map<String, Labels> namespaces,
      List<NetworkPolicy> policies,
      List<InvalidPolicy> invalid,
      List<ForeignPolicy> foreign) {
    this(namespaces, policies, invalid, foreign, Gaps.NONE);
  }

  /** Returns the policies of a live cluster. */
  public static PolicySet of(ClusterView cluster) {
    return new PolicySet(
        cluster.namespaces(),
        cluster.policies(),
        cluster.gaps().invalid(),
        cluster.foreignPolicies().policies(),
        cluster.gaps());
  }

  /** Returns the set with one more policy. */
  public PolicySet with(PolicyObject policy) {
    return switch (policy) {
      case NetworkPolicy more ->
          new PolicySet(namespaces, and(policies, more), invalid, foreign, gaps);
      case ForeignPolicy more ->
          new PolicySet(namespaces, policies, invalid, and(foreign, more), gaps);
    };
  }

  private static <T> List<T> and(List<T> all, T more) {
    return Stream.concat(all.stream(), Stream.of(more)).toList();
  }
}
