package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.NamespacedName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A NetworkPolicy that cannot be judged: a manifest that no API server takes, or a policy of a live
 * cluster that the agent does not understand, or that is too large for it.
 *
 * @param namespace as its manifest says; may be empty
 * @param name as its manifest says; may be empty
 * @param selects which pods of its namespace; empty where that, too, is not readable
 * @param directions which it means to isolate
 * @param flaws what an API server would say, or what keeps the agent from it; at least one
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

  /** Whether it is valid, for all that is known, and only too large. */
  public boolean isTooLarge() {
    return flaws.stream().allMatch(flaw -> flaw.fault() == Fault.TOO_LARGE);
  }

  /** Whether a pod is perhaps meant. */
  public boolean maySelect(Pod pod) {
    return selects.map(each -> each.matches(pod.labels())).orElse(true);
  }

  /** Returns its name with its namespace. */
  public NamespacedName namespacedName() {
    return new NamespacedName(namespace, name);
  }

  /** {@code shop/allow-dns: spec.egress[0].ports[0].port: Invalid value: "53": …}. */
  @Override
  public String toString() {
    return namespacedName() + ": " + flaws.getFirst();
  }

  /**
   * One thing that is wrong.
   *
   * @param path of the field, such as {@code spec.egress[0].ports[1].protocol}
   * @param says what an API server says of it
   */
  public record Flaw(Fault fault, String path, String says) {

    /** As an API server writes it. */
    @Override
    public String toString() {
      return path + ": " + says;
    }
  }

  /** What is wrong, as far as people do it often enough for it to have a name. */
  public enum Fault {
    /** A port's number in quotes, which makes it a name. */
    QUOTED_PORT,
    /** A protocol that is not in capitals. */
    LOWERCASE_PROTOCOL,
    /** A peer that says nothing: not everybody, but a mistake. */
    EMPTY_PEER,
    /** An exception that is not a part of its block, or all of it. */
    EXCEPT_NOT_SUBSET,
    /** A key that stands twice in one map. */
    REPEATED_KEY,
    /** A field that no NetworkPolicy has there; the path is the field's own. */
    UNKNOWN_FIELD,
    /** A label's key or value that no object can have. */
    LABEL_SYNTAX,
    /** More than the agent reads. */
    TOO_LARGE,
    OTHER
  }
}
