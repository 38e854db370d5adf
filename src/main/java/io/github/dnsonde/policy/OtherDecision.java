package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.probe.FirstFew;
import java.util.List;

/**
 * The decision of policies of another kind than NetworkPolicy.
 *
 * @param policies those that decide; at least one
 * @param clause the decision as a clause, such as {@code rule 2 of AdminNetworkPolicy lockdown
 *     denies it}
 * @param remedy sentences that say whose rule must change; empty if the traffic is allowed
 * @param passing the names of queries that a proxy lets through; empty if it lets all through, or
 *     if there is none
 * @param isFinal whether no further policy changes it
 */
public record OtherDecision(
    List<ForeignPolicy> policies,
    String clause,
    String remedy,
    List<DnsName> passing,
    boolean isFinal) {

  /** The maximum number of names in a sentence. */
  private static final int MOST = 3;

  public OtherDecision {
    policies = List.copyOf(policies);
    passing = List.copyOf(passing);
    requireNonNull(clause, "clause is null");
    requireNonNull(remedy, "remedy is null");
    if (policies.isEmpty()) {
      throw new IllegalArgumentException("no policy decides");
    }
  }

  /** Creates a decision about queries for all names. */
  OtherDecision(List<ForeignPolicy> policies, String clause, String remedy) {
    this(policies, clause, remedy, List.of(), false);
  }

  /** Creates a decision that no further policy changes. */
  static OtherDecision last(List<ForeignPolicy> policies, String clause, String remedy) {
    return new OtherDecision(policies, clause, remedy, List.of(), true);
  }

  /** Returns true if a proxy refuses queries for a name. */
  public boolean refuses(String name) {
    return !passing.isEmpty() && passing.stream().noneMatch(each -> each.matches(name));
  }

  /** The names that a proxy lets through, for a sentence. */
  public String shownNames() {
    return FirstFew.of(passing.stream().map(DnsName::text).toList(), MOST);
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
