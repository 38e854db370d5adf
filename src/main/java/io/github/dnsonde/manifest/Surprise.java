package io.github.dnsonde.manifest;

import static java.util.Objects.requireNonNull;

/**
 * Something in a NetworkPolicy that API servers accept, but hardly as it is meant.
 *
 * @param path of the field, such as {@code spec.egress[0]}
 * @param says what an API server makes of it
 */
public record Surprise(Kind kind, String path, String says) {

  public Surprise {
    requireNonNull(kind, "kind is null");
    requireNonNull(path, "path is null");
    requireNonNull(says, "says is null");
  }

  /** What it is. */
  public enum Kind {
    /** A null where an item belongs: an empty rule, port or value. */
    EMPTY_ITEM,
    /** A CIDR that only API servers before Kubernetes 1.36 accept. */
    NONSTANDARD_CIDR
  }
}
