package io.github.dnsonde.overview;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The paths that a reader wants to see one by one.
 *
 * @param namespace those of this namespace; empty for any
 * @param node those of this node; empty for any
 */
public record PathSelection(Optional<String> namespace, Optional<String> node) {
  public PathSelection {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(node, "node is null");
  }

  /** Returns true if nothing is left out. */
  public boolean isOfAll() {
    return namespace.isEmpty() && node.isEmpty();
  }

  boolean takesNode(String name) {
    return node.isEmpty() || node.get().equals(name);
  }

  boolean takesNamespace(String name) {
    return namespace.isEmpty() || namespace.get().equals(name);
  }
}
