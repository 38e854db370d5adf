package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A selector of objects by their labels. All requirements must hold; none selects every object
 * (Kubernetes API reference, LabelSelector).
 *
 * @param matchLabels the value that each key must have
 * @param matchExpressions further requirements
 */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {

  /** The empty selector, which selects every object. */
  public static final LabelSelector EVERYTHING = new LabelSelector(Map.of(), List.of());

  public LabelSelector {
    matchLabels = Map.copyOf(matchLabels);
    matchExpressions = List.copyOf(matchExpressions);
  }

  /** Selects objects with exactly these values under these keys. */
  public static LabelSelector of(Map<String, String> matchLabels) {
    return new LabelSelector(matchLabels, List.of());
  }

  /** Returns true if it selects an object with these labels. */
  public boolean matches(Labels labels) {
    for (Map.Entry<String, String> label : matchLabels.entrySet()) {
      if (!label.getValue().equals(labels.values().get(label.getKey()))) {
        return false;
      }
    }
    return matchExpressions.isEmpty()
        || matchExpressions.stream().allMatch(requirement -> requirement.holds(labels));
  }

  /** Returns true if it may select an object of whose labels only these keys are known. */
  public boolean mayMatch(Labels known) {
    return matchLabels.entrySet().stream()
            .allMatch(label -> known.get(label.getKey()).map(label.getValue()::equals).orElse(true))
        && matchExpressions.stream()
            .allMatch(
                requirement -> known.get(requirement.key()).isEmpty() || requirement.holds(known));
  }

  /** Returns true if it selects such an object regardless of its other labels. */
  public boolean surelyMatches(Labels known) {
    Set<String> keys = known.values().keySet();
    return keys.containsAll(matchLabels.keySet())
        && matchExpressions.stream().allMatch(requirement -> keys.contains(requirement.key()))
        && matches(known);
  }

  /** Returns the keys of the labels that it looks at. */
  public Stream<String> keys() {
    return Stream.concat(
        matchLabels.keySet().stream(), matchExpressions.stream().map(Requirement::key));
  }

  /**
   * One requirement (Kubernetes API reference, LabelSelectorRequirement).
   *
   * @param values for {@link Operator#IN} and {@link Operator#NOT_IN} at least one, otherwise none
   */
  public record Requirement(String key, Operator operator, Set<String> values) {
    public Requirement {
      requireNonNull(key, "key is null");
      values = Set.copyOf(values);
      if (operator.takesValues() == values.isEmpty()) {
        throw new IllegalArgumentException(
            "operator " + operator.word() + " of key '" + key + "' has values " + values);
      }
    }

    boolean holds(Labels labels) {
      return holds(labels.get(key));
    }

    /** Returns true if it holds for an object with this value of the key, or without the key. */
    public boolean holds(Optional<String> value) {
      return switch (operator) {
        case IN -> value.filter(values::contains).isPresent();
        case NOT_IN -> value.filter(values::contains).isEmpty(); // also without the key
        case EXISTS -> value.isPresent();
        case DOES_NOT_EXIST -> value.isEmpty();
      };
    }
  }

  /** The condition that a requirement sets for a key. */
  public enum Operator {
    IN("In"),
    NOT_IN("NotIn"),
    EXISTS("Exists"),
    DOES_NOT_EXIST("DoesNotExist");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    /** The word in the Kubernetes API. */
    public String word() {
      return word;
    }

    /** Returns true if a requirement with it must have values; otherwise it must have none. */
    public boolean takesValues() {
      return this == IN || this == NOT_IN;
    }
  }
}
