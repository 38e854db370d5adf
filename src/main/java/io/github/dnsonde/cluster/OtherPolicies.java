package io.github.dnsonde.cluster;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The known policies of kinds other than NetworkPolicy.
 *
 * @param kinds the kinds that the API server has
 * @param policies the policies that exist; one without a name stands for any number of its kind, if
 *     it is unknown whether any exist
 */
public record OtherPolicies(Set<PolicyKind> kinds, List<ForeignPolicy> policies) {

  /** The API server has no other kind. */
  public static final OtherPolicies NONE = new OtherPolicies(Set.of(), List.of());

  public OtherPolicies {
    kinds = Set.copyOf(kinds);
    policies = List.copyOf(policies);
  }

  /** Returns these kinds; it is unknown whether policies of them exist. */
  public static OtherPolicies possible(Set<PolicyKind> kinds) {
    return new OtherPolicies(kinds, kinds.stream().map(ForeignPolicy::possible).toList());
  }

  /**
   * Returns the policies that were added, removed or changed between two views, each as before and
   * as now. A policy that existed before and is now known for the first time, or no longer known,
   * is no change.
   */
  public static Set<ForeignPolicy> changed(OtherPolicies before, OtherPolicies after) {
    if (before.policies.equals(after.policies)) {
      return Set.of();
    }
    Set<ForeignPolicy> old = Set.copyOf(before.policies);
    Set<ForeignPolicy> current = Set.copyOf(after.policies);
    List<ForeignPolicy> gaps =
        Stream.concat(old.stream(), current.stream())
            .filter(each -> each.name().isEmpty())
            .toList();
    return Stream.concat(
            current.stream().filter(each -> !old.contains(each)),
            old.stream().filter(each -> !current.contains(each)))
        .filter(each -> each.name().isPresent())
        .filter(each -> gaps.stream().noneMatch(gap -> gap.covers(each)))
        .collect(toUnmodifiableSet());
  }
}
