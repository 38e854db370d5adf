package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/** The cluster that manifests will change. */
public interface LiveCluster {

  /**
   * Reads it, as far as that is allowed.
   *
   * @param everywhere whether namespaces that are not named also matter
   * @param dnsNamespace the namespace of its DNS, if that is given
   * @throws IOException if it gives no answer; the message says why
   */
  ClusterSnapshot read(Set<String> namespaces, boolean everywhere, Optional<String> dnsNamespace)
      throws IOException;

  /**
   * Returns the NetworkPolicies of a namespace that a label selector selects.
   *
   * @throws IOException if they cannot be listed; the message says why
   */
  Set<NamespacedName> policies(String namespace, String selector) throws IOException;
}
