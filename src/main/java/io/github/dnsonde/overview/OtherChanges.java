package io.github.dnsonde.overview;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes of policies of other kinds than NetworkPolicy from one view to the next. Their
 * objects do not have the time of their last change, so it is the time at which it was seen. A
 * policy of which the view before had no knowledge may be old, and is no change.
 */
final class OtherChanges {

  private OtherPolicies seen = OtherPolicies.NONE;
  private Map<String, ForeignPolicy> policies = Map.of();
  private List<ForeignPolicy> gaps = List.of();
  private Set<String> namespaces = Set.of();

  /**
   * A change.
   *
   * @param what the change in words
   * @param namespaces the namespaces of the view that the policy may concern
   */
  record Change(ForeignPolicy policy, String what, List<String> namespaces) {
    Change {
      namespaces = List.copyOf(namespaces);
    }
  }

  /** Returns the changes since the last view, and remembers this one. */
  @SuppressWarnings("ReferenceEquality") // views are replaced and never changed
  List<Change> to(ClusterView cluster) {
    OtherPolicies current = cluster.foreignPolicies();
    boolean known = cluster.gaps().of(ClusterResource.DISCOVERY).isEmpty();
    Set<String> present = known ? cluster.namespaces().keySet() : Set.of();
    if (current == seen && present.equals(namespaces)) {
      return List.of();
    }
    Map<String, ForeignPolicy> now =
        current.policies().stream()
            .filter(policy -> policy.name().isPresent())
            .collect(toUnmodifiableMap(ForeignPolicy::toString, each -> each, (one, _) -> one));
    List<ForeignPolicy> missing =
        current.policies().stream().filter(policy -> policy.name().isEmpty()).toList();
    List<Change> changes = new ArrayList<>();
    if (!present.isEmpty() && !namespaces.isEmpty()) {
      now.forEach(
          (name, policy) -> {
            ForeignPolicy before = policies.get(name);
            if (before == null && isKnown(policy, namespaces, gaps)) {
              changes.add(change(policy, "was applied", cluster.namespaces()));
            } else if (before != null && !before.revision().equals(policy.revision())) {
              changes.add(change(policy, "was changed", cluster.namespaces()));
            }
          });
      policies.forEach(
          (name, policy) -> {
            if (!now.containsKey(name) && isKnown(policy, present, missing)) {
              changes.add(change(policy, "was removed", cluster.namespaces()));
            }
          });
    }
    seen = current;
    policies = now;
    gaps = missing;
    namespaces = Set.copyOf(present);
    return changes;
  }

  /** Returns true if a view that has these namespaces and gaps would have the policy. */
  private static boolean isKnown(
      ForeignPolicy policy, Set<String> namespaces, List<ForeignPolicy> gaps) {
    return policy.namespace().map(namespaces::contains).orElse(true)
        && gaps.stream().noneMatch(gap -> gap.covers(policy));
  }

  private static Change change(ForeignPolicy policy, String what, Map<String, Labels> namespaces) {
    return new Change(
        policy,
        what,
        policy
            .namespace()
            .map(List::of)
            .orElseGet(
                () ->
                    namespaces.entrySet().stream()
                        .filter(
                            each -> concerns(policy, each.getValue().ofNamespace(each.getKey())))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList()));
  }

  private static boolean concerns(ForeignPolicy policy, Labels namespace) {
    return policy.subject().namespaces().stream().anyMatch(each -> each.matches(namespace));
  }
}
