package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A policy, or the possibility of policies, that only its own engine can judge.
 *
 * @param kind what it is
 * @param namespace where it is; empty: it bears on all namespaces, or nothing tells on which
 * @param name empty: the cluster has the kind, and nothing tells whether there is any policy of it
 * @param rank how it stands to NetworkPolicies
 * @param directions in which it may let through or stop anything
 * @param allows in which it may let through what NetworkPolicies stop
 * @param subject the pods that it is for
 */
public record ForeignPolicy(
    PolicyKind kind,
    Optional<String> namespace,
    Optional<String> name,
    Rank rank,
    Set<Direction> directions,
    Set<Direction> allows,
    Subject subject) {

  /**
   * The pods that a policy is for, as far as can be told without its engine.
   *
   * @param pods selectors of which one must match; none: the policy is for no pod
   * @param namespaces the same for the pod's namespace
   */
  public record Subject(List<LabelSelector> pods, List<LabelSelector> namespaces) {

    private static final List<LabelSelector> EVERY = List.of(LabelSelector.EVERYTHING);

    /** Perhaps every pod. */
    public static final Subject ALL = new Subject(EVERY, EVERY);

    public Subject {
      pods = List.copyOf(pods);
      namespaces = List.copyOf(namespaces);
    }

    /** Pods by their labels, in whatever namespace the policy is for. */
    public static Subject of(List<LabelSelector> pods) {
      return new Subject(pods, EVERY);
    }

    /** Whether a pod is perhaps meant: of its namespace, only the name is known for sure. */
    public boolean mayBe(Pod pod) {
      return pods.stream().anyMatch(each -> each.matches(pod.labels()))
          && namespaces.stream().anyMatch(each -> mayBe(each, pod.namespace()));
    }

    private static boolean mayBe(LabelSelector selector, String namespace) {
      Labels name = Labels.NONE.ofNamespace(namespace);
      String wanted = selector.matchLabels().getOrDefault(Labels.NAMESPACE_NAME, namespace);
      return wanted.equals(namespace)
          && selector.matchExpressions().stream()
              .filter(each -> each.key().equals(Labels.NAMESPACE_NAME))
              .allMatch(each -> each.holds(name));
    }
  }

  /** How a policy stands to NetworkPolicies (network-policy-api, "ClusterNetworkPolicy", tiers). */
  public enum Rank {
    /** It may overrule them, or add to them. */
    BESIDE,
    /** It says something only about pods that no NetworkPolicy isolates. */
    BASELINE
  }

  public ForeignPolicy {
    requireNonNull(kind, "kind is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(rank, "rank is null");
    directions = Set.copyOf(directions);
    allows = Set.copyOf(allows);
    requireNonNull(subject, "subject is null");
  }

  /** Policies of a kind that the cluster has: perhaps none, perhaps some, anywhere. */
  public static ForeignPolicy possible(PolicyKind kind) {
    Set<Direction> both = EnumSet.allOf(Direction.class);
    return new ForeignPolicy(
        kind, Optional.empty(), Optional.empty(), rank(kind), both, both, Subject.ALL);
  }

  /** How policies of a kind stand, as far as the kind alone tells. */
  public static Rank rank(PolicyKind kind) {
    return kind.kind().equals("BaselineAdminNetworkPolicy") ? Rank.BASELINE : Rank.BESIDE;
  }

  /**
   * Whether it may decide what such a pod can send or be sent.
   *
   * @param isolated whether a NetworkPolicy isolates the pod in that direction
   */
  public boolean mayDecide(Pod pod, Direction direction, boolean isolated) {
    return directions.contains(direction)
        && (namespace.isEmpty() || namespace.get().equals(pod.namespace()))
        && !(rank == Rank.BASELINE && isolated)
        && !(pod.hostNetwork() && kind.isForAdministrators())
        && subject.mayBe(pod);
  }

  /** The same policy in a namespace. */
  public ForeignPolicy in(String other) {
    return new ForeignPolicy(kind, Optional.of(other), name, rank, directions, allows, subject);
  }

  /** {@code CiliumNetworkPolicy.cilium.io shop/web}; without a name, its kind. */
  @Override
  public String toString() {
    String place = namespace.map(each -> each + "/").orElse("");
    return kind + name.map(each -> " " + place + each).orElse("");
  }
}
