package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.InvalidPolicy.Flaw;
import io.github.dnsonde.cluster.LabelSelector;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads the pods and directions of a NetworkPolicy in a live cluster whose rules cannot be
 * evaluated.
 */
public final class UnjudgedPolicy {

  private UnjudgedPolicy() {}

  /**
   * Reads one policy.
   *
   * @param policy the available fields of the policy
   * @param missing whether a field, such as {@code spec.podSelector}, was left out although the
   *     policy has it
   * @param flaw the reason why it cannot be evaluated
   */
  public static InvalidPolicy of(Fields policy, Predicate<String> missing, Flaw flaw) {
    Fields metadata = policy.object("metadata");
    Fields spec = policy.object("spec");
    return new InvalidPolicy(
        metadata.word("namespace").orElse(""),
        metadata.word("name").orElse(""),
        missing.test("spec.podSelector") ? Optional.empty() : selects(spec),
        directions(spec, missing),
        List.of(flaw));
  }

  private static Optional<LabelSelector> selects(Fields spec) {
    try {
      return Optional.of(Selectors.of(spec.object("podSelector")));
    } catch (RuntimeException _) {
      return Optional.empty();
    }
  }

  private static Set<Direction> directions(Fields spec, Predicate<String> missing) {
    if (missing.test("spec.policyTypes")) {
      return EnumSet.allOf(Direction.class);
    }
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    directions.addAll(NetworkPolicies.directions(spec));
    if (spec.texts("policyTypes").isEmpty() && missing.test("spec.egress")) {
      directions.add(Direction.EGRESS); // it is not empty
    }
    return directions;
  }
}
