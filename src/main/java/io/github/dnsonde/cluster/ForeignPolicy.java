package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
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
 */
public record ForeignPolicy(
    PolicyKind kind,
    Optional<String> namespace,
    Optional<String> name,
    Rank rank,
    Set<Direction> directions) {

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
  }

  /** Policies of a kind that the cluster has: perhaps none, perhaps some, anywhere. */
  public static ForeignPolicy possible(PolicyKind kind) {
    return new ForeignPolicy(
        kind, Optional.empty(), Optional.empty(), rank(kind), EnumSet.allOf(Direction.class));
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
        && !(pod.hostNetwork() && kind.isForAdministrators());
  }

  /** {@code CiliumNetworkPolicy.cilium.io shop/web}; without a name, its kind. */
  @Override
  public String toString() {
    String place = namespace.map(each -> each + "/").orElse("");
    return kind + name.map(each -> " " + place + each).orElse("");
  }
}
