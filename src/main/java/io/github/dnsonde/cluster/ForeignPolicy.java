package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A policy, or the possibility of policies, that only its own engine can evaluate.
 *
 * @param kind the kind of policy
 * @param namespace its namespace; empty if it concerns all namespaces, or an unknown one
 * @param name empty if the cluster has the kind, and it is not known if any such policy exists
 * @param rank its precedence with respect to NetworkPolicies
 * @param directions the directions in which it may allow or deny traffic
 * @param allows the directions in which it may allow traffic that NetworkPolicies deny
 * @param subject the pods that it applies to
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
   * The pods that a policy applies to, as far as this is known without its engine.
   *
   * @param pods selectors of which one must match; with none, the policy applies to no pod
   * @param namespaces the same for the pod's namespace
   */
  public record Subject(List<LabelSelector> pods, List<LabelSelector> namespaces) {

    private static final List<LabelSelector> EVERY = List.of(LabelSelector.EVERYTHING);

    /** Possibly every pod. */
    public static final Subject ALL = new Subject(EVERY, EVERY);

    public Subject {
      pods = List.copyOf(pods);
      namespaces = List.copyOf(namespaces);
    }

    /** Selects pods by their labels, in any namespace that the policy applies to. */
    public static Subject of(List<LabelSelector> pods) {
      return new Subject(pods, EVERY);
    }

    /**
     * Returns true if a pod may be selected: of its namespace, only the name is known for certain.
     */
    public boolean mayBe(Pod pod) {
      return pods.stream().anyMatch(selector -> selector.matches(pod.labels()))
          && namespaces.stream().anyMatch(selector -> mayBe(selector, pod.namespace()));
    }

    private static boolean mayBe(LabelSelector selector, String namespace) {
      Labels name = Labels.NONE.ofNamespace(namespace);
      String wanted = selector.matchLabels().getOrDefault(Labels.NAMESPACE_NAME, namespace);
      return wanted.equals(namespace)
          && selector.matchExpressions().stream()
              .filter(requirement -> requirement.key().equals(Labels.NAMESPACE_NAME))
              .allMatch(requirement -> requirement.holds(name));
    }
  }

  /**
   * The precedence of a policy with respect to NetworkPolicies (network-policy-api,
   * "ClusterNetworkPolicy", tiers).
   */
  public enum Rank {
    /** It may overrule them, or add to them. */
    BESIDE,
    /** It applies only to pods that no NetworkPolicy isolates. */
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

  /**
   * Returns the policies of a kind that the cluster has: possibly none, possibly some, anywhere.
   */
  public static ForeignPolicy possible(PolicyKind kind) {
    Set<Direction> both = EnumSet.allOf(Direction.class);
    return new ForeignPolicy(
        kind, Optional.empty(), Optional.empty(), rank(kind), both, both, Subject.ALL);
  }

  /** The precedence of policies of a kind, as far as it follows from the kind alone. */
  public static Rank rank(PolicyKind kind) {
    return kind.kind().equals("BaselineAdminNetworkPolicy") ? Rank.BASELINE : Rank.BESIDE;
  }

  /**
   * Returns true if it may decide the traffic of such a pod.
   *
   * @param isolated true if a NetworkPolicy isolates the pod in that direction
   */
  public boolean mayDecide(Pod pod, Direction direction, boolean isolated) {
    return directions.contains(direction)
        && (namespace.isEmpty() || namespace.get().equals(pod.namespace()))
        && !(rank == Rank.BASELINE && isolated)
        && !(pod.hostNetwork() && kind.isForAdministrators())
        && subject.mayBe(pod);
  }

  /** Returns the same policy in a namespace. */
  public ForeignPolicy in(String other) {
    return new ForeignPolicy(kind, Optional.of(other), name, rank, directions, allows, subject);
  }

  /** The text form: {@code CiliumNetworkPolicy.cilium.io shop/web}; without a name, its kind. */
  @Override
  public String toString() {
    String place = namespace.map(prefix -> prefix + "/").orElse("");
    return kind + name.map(own -> " " + place + own).orElse("");
  }
}
