package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ForeignPolicy;
import java.util.List;

/**
 * The decision of policies of another kind than NetworkPolicy.
 *
 * @param policies those that decide; at least one
 * @param clause the decision as a clause, such as {@code rule 2 of AdminNetworkPolicy lockdown
 *     denies it}
 * @param remedy sentences that say whose rule must change; empty if the traffic is allowed
 */
public record OtherDecision(List<ForeignPolicy> policies, String clause, String remedy) {
  public OtherDecision {
    policies = List.copyOf(policies);
    requireNonNull(clause, "clause is null");
    requireNonNull(remedy, "remedy is null");
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("no policy decides");
    }
  }

  /** Returns the remedy, with the command that shows the first of the policies. */
  public String advice() {
    return remedy + " See: " + OtherKinds.command(policies.getFirst());
  }

  /** The policies by their kinds and names, in order. */
  public List<String> names() {
    return policies.stream().map(ForeignPolicy::toString).sorted().toList();
  }
}
