package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.PolicyRules;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Lets policies of other kinds share equal rules: policies of a cluster are often made from a few
 * templates, and most of them have a rule for DNS. Only small parts are shared, and only with some
 * of those that were read last, so that it takes little memory itself, whatever is read: not more
 * than {@link #PLACES} times {@link #MOST}, because a weight counts every text. Belongs to one
 * thread.
 */
final class SharedParts {

  /** A power of two. */
  private static final int PLACES = 512;

  /** The weight of the largest part that is shared. */
  private static final long MOST = 1_024;

  private final Object[] places = new Object[PLACES];

  /** Returns an equal policy that shares parts with others. */
  ForeignPolicy of(ForeignPolicy policy) {
    return policy
        .rules()
        .map(rules -> policy.sharing(rules(rules), shared(policy.subject(), Weights::of)))
        .orElse(policy);
  }

  private PolicyRules rules(PolicyRules rules) {
    return switch (rules) {
      case AdminRules all ->
          new AdminRules(
              all.tier(),
              all.priority(),
              all.subject(),
              each(all.ingress(), Weights::of),
              each(all.egress(), Weights::of));
      case CalicoRules all ->
          new CalicoRules(
              all.tier(),
              all.order(),
              all.types(),
              all.perhaps(),
              shared(all.selects(), Weights::of),
              all.hosts(),
              each(all.ingress(), Weights::of),
              each(all.egress(), Weights::of));
      case CiliumRules all -> new CiliumRules(all.specs().stream().map(this::spec).toList());
      case CiliumSettings _, CalicoRules.Tier _, CalicoRules.NetworkSet _ -> rules;
    };
  }

  private CiliumRules.Spec spec(CiliumRules.Spec spec) {
    return new CiliumRules.Spec(
        shared(spec.subject(), Weights::of),
        spec.ofNodes(),
        section(spec.ingress()),
        section(spec.egress()));
  }

  private CiliumRules.Section section(CiliumRules.Section section) {
    return new CiliumRules.Section(
        section.defaultDeny(),
        each(section.allowed(), Weights::of),
        each(section.denied(), Weights::of));
  }

  /** Shares the rules of a list one by one. */
  private <T> List<T> each(List<T> rules, ToLongFunction<T> weight) {
    return rules.stream().map(rule -> shared(rule, weight)).toList();
  }

  /** Equal parts have the same class. */
  @SuppressWarnings("unchecked")
  private <T> T shared(T part, ToLongFunction<T> weight) {
    if (weight.applyAsLong(part) > MOST) {
      return part;
    }
    int hash = part.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    if (part.equals(places[place])) {
      return (T) places[place];
    }
    places[place] = part;
    return part;
  }
}
