package io.github.dnsonde.manifest;

import static java.util.Objects.requireNonNull;

/**
 * A part of a NetworkPolicy that API servers accept, but probably not as intended.
 *
 * @param path of the field, such as {@code spec.egress[0]}
 * @param says the meaning to an API server
 */
public record Surprise(Kind kind, String path, String says) {

  public Surprise {
    requireNonNull(kind, "kind is null");
    requireNonNull(path, "path is null");
    requireNonNull(says, "says is null");
  }

  /** The kind of surprise. */
  public enum Kind {
    /** A null as an item: an empty rule, port or value. */
    EMPTY_ITEM,
    /** A CIDR that only API servers before Kubernetes 1.36 accept. */
    NONSTANDARD_CIDR
  }
}
