package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * The name of a Kubernetes object together with its namespace, as kubectl and logs write it: {@code
 * shop/checkout-5d9f}. Sorted as that text is.
 *
 * @param namespace empty for an object without one
 */
public record NamespacedName(String namespace, String name) implements Comparable<NamespacedName> {

  public NamespacedName {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
  }

  @Override
  public int compareTo(NamespacedName other) {
    return Comparator.comparing(NamespacedName::toString).compare(this, other);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
