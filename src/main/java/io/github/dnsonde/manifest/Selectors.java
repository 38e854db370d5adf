package io.github.dnsonde.manifest;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Reads label selectors (Kubernetes API reference, LabelSelector). */
public final class Selectors {

  private Selectors() {}

  /**
   * Reads a selector; one without fields selects every object.
   *
   * @throws IllegalArgumentException if it has an unknown operator, or an operator without its
   *     values
   */
  public static LabelSelector of(Fields selector) {
    return new LabelSelector(
        selector.map("matchLabels"),
        selector.objects("matchExpressions").map(Selectors::requirement).toList());
  }

  /** Reads a selector as {@link #of}; empty if there is no such field. */
  public static Optional<LabelSelector> ifAny(Fields object, String name) {
    return object.has(name) ? Optional.of(of(object.object(name))) : Optional.empty();
  }

  private static Requirement requirement(Fields requirement) {
    return new Requirement(
        requirement.word("key").orElse(""),
        operator(requirement.text("operator").orElse("")),
        Set.copyOf(requirement.texts("values")));
  }

  private static Operator operator(String word) {
    return Arrays.stream(Operator.values())
        .filter(operator -> operator.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no selector's operator: '" + word + "'"));
  }
}
