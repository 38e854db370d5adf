package io.github.dnsonde.probe;

import java.util.Set;

/**
 * The pods that are expected to get no response from DNS, because their owners have declared it.
 * Their paths are neither healthy nor failing, and count in no share.
 *
 * @param namespaces the namespaces of which all pods are expected to get none
 * @param pods the pods that are
 */
public record ExpectedSilence(Set<String> namespaces, Set<NamespacedName> pods) {

  /** No pod is. */
  public static final ExpectedSilence NONE = new ExpectedSilence(Set.of(), Set.of());

  public ExpectedSilence {
    namespaces = Set.copyOf(namespaces);
    pods = Set.copyOf(pods);
  }

  /** Returns true if queries from a vantage are expected to get no response. */
  public boolean covers(Vantage vantage) {
    return namespaces.contains(vantage.namespace())
        || (!pods.isEmpty() && pods.contains(vantage.namespacedPod()));
  }
}
