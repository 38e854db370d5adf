package io.github.dnsonde.change;

import static java.util.Objects.requireNonNull;

/**
 * A part of a change that has an effect.
 *
 * @param namespace the object's; empty if it has none
 */
public record Cause(Kind kind, String namespace, String name) implements Comparable<Cause> {

  /** The kinds of parts. */
  public enum Kind {
    POLICY,
    REMOVED_POLICY,
    NAMESPACE,
    /** A workload, named like {@code Deployment web}. */
    WORKLOAD,
    /** A policy of another kind. */
    FOREIGN_POLICY
  }

  public Cause {
    requireNonNull(kind, "kind is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
  }

  /** Returns the part that is a workload. */
  public static Cause of(PlannedWorkload workload) {
    return new Cause(Kind.WORKLOAD, workload.namespace(), PlannedWorkload.shown(workload.owner()));
  }

  @Override
  public int compareTo(Cause other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0
        ? byKind
        : (namespace + "/" + name).compareTo(other.namespace + "/" + other.name);
  }
}
