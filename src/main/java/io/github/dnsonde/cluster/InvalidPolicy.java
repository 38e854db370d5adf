package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A NetworkPolicy that cannot be evaluated: a manifest that no API server accepts, or a policy of a
 * live cluster that the agent does not understand, or that is too large for it.
 *
 * @param namespace as in its manifest; may be empty
 * @param name as in its manifest; may be empty
 * @param selects selector of pods of its namespace; empty if it is also unreadable
 * @param directions the directions that it is meant to isolate
 * @param flaws the errors that an API server would report, or the agent's limit; at least one
 */
public record InvalidPolicy(
    String namespace,
    String name,
    Optional<LabelSelector> selects,
    Set<Direction> directions,
    List<Flaw> flaws) {

  public InvalidPolicy {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(selects, "selects is null");
    directions = Set.copyOf(directions);
    flaws = List.copyOf(flaws);
    if (flaws.isEmpty()) {
      throw new IllegalArgumentException(
          "policy " + new NamespacedName(namespace, name) + " has no flaw");
    }
  }

  /** Returns true if it is valid, as far as is known, and only too large. */
  public boolean isTooLarge() {
    return flaws.stream().allMatch(flaw -> flaw.fault() == Fault.TOO_LARGE);
  }

  /** Returns true if a pod may be selected. */
  public boolean maySelect(Pod pod) {
    return selects.map(selector -> selector.matches(pod.labels())).orElse(true);
  }

  /** Returns its name with its namespace. */
  public NamespacedName namespacedName() {
    return new NamespacedName(namespace, name);
  }

  /**
   * The text form: {@code shop/allow-dns: spec.egress[0].ports[0].port: Invalid value: "53": …}.
   */
  @Override
  public String toString() {
    return namespacedName() + ": " + flaws.getFirst();
  }

  /**
   * One error.
   *
   * @param path of the field, such as {@code spec.egress[0].ports[1].protocol}
   * @param says the API server's text about it
   */
  public record Flaw(Fault fault, String path, String says) {

    /** The text form, like an API server's. */
    @Override
    public String toString() {
      return path + ": " + says;
    }
  }

  /** The kinds of errors. Those that people make often have names. */
  public enum Fault {
    /** A port's number in quotes, which makes it a name. */
    QUOTED_PORT,
    /** A protocol that is not in capitals. */
    LOWERCASE_PROTOCOL,
    /** An empty peer. It does not mean every peer, but is a mistake. */
    EMPTY_PEER,
    /** An exception that is not a proper part of its block. */
    EXCEPT_NOT_SUBSET,
    /** A key that occurs twice in one map. */
    REPEATED_KEY,
    /** A field that no NetworkPolicy has at this place; the path is the field's own. */
    UNKNOWN_FIELD,
    /** A label's key or value that no object can have. */
    LABEL_SYNTAX,
    /** More than the agent reads. */
    TOO_LARGE,
    OTHER
  }
}
