package io.github.dnsonde.cluster;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is known of policies of other kinds than NetworkPolicy.
 *
 * @param kinds those that the API server has
 * @param policies those that there are; one without a name stands for any number of its kind, where
 *     it is not known whether there are any
 */
public record OtherPolicies(Set<PolicyKind> kinds, List<ForeignPolicy> policies) {

  /** The API server has no other kind. */
  public static final OtherPolicies NONE = new OtherPolicies(Set.of(), List.of());

  public OtherPolicies {
    kinds = Set.copyOf(kinds);
    policies = List.copyOf(policies);
  }

  /** These kinds are there, and nothing tells whether there are policies of them. */
  public static OtherPolicies possible(Set<PolicyKind> kinds) {
    return new OtherPolicies(kinds, kinds.stream().map(ForeignPolicy::possible).toList());
  }

  /**
   * The policies that came, went or changed between two views, each as it was and as it is. One
   * that was there before and is now known for the first time, or no longer known, is no change.
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
        .filter(each -> gaps.stream().noneMatch(gap -> covers(gap, each)))
        .collect(toUnmodifiableSet());
  }

  private static boolean covers(ForeignPolicy gap, ForeignPolicy policy) {
    return gap.kind().equals(policy.kind())
        && (gap.namespace().isEmpty() || gap.namespace().equals(policy.namespace()));
  }
}
