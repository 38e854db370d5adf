package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.CiliumIdentity.Value;
import java.util.Optional;

/**
 * The labels by which Cilium's selectors select pods: those of the pod, without some that Cilium
 * leaves out, and those that Cilium adds for its namespace, account and cluster.
 */
final class CiliumLabels {

  /** The key for the name of the pod's namespace. */
  static final String NAMESPACE = "io.kubernetes.pod.namespace";

  /** The prefix of the keys of the namespace's labels. */
  static final String OF_NAMESPACE = "io.cilium.k8s.namespace.labels";

  private static final String CILIUMS_OWN = "io.cilium.k8s.";

  private static final String SERVICE_ACCOUNT = "io.cilium.k8s.policy.serviceaccount";

  private CiliumLabels() {}

  /** Returns the value of a label of a pod, under Cilium's key. */
  static Value of(Pod pod, NamespaceLabels namespaces, String key) {
    if (key.equals(NAMESPACE)) {
      return new Value.Present(pod.namespace());
    }
    if (key.startsWith(OF_NAMESPACE + ".")) {
      return ofNamespace(pod, namespaces, key.substring(OF_NAMESPACE.length() + 1));
    }
    if (key.startsWith(CILIUMS_OWN)) {
      return key.equals(SERVICE_ACCOUNT)
          ? pod.serviceAccount().<Value>map(Value.Present::new).orElseGet(Value.Hidden::new)
          : new Value.Hidden();
    }
    return CiliumRules.isLeftOut(key) ? new Value.Absent() : value(pod.labels().get(key));
  }

  private static Value ofNamespace(Pod pod, NamespaceLabels namespaces, String key) {
    return namespaces.unlabelled().contains(pod.namespace()) && !key.equals(Labels.NAMESPACE_NAME)
        ? new Value.Hidden()
        : value(namespaces.of(pod.namespace()).get(key));
  }

  private static Value value(Optional<String> text) {
    return text.<Value>map(Value.Present::new).orElseGet(Value.Absent::new);
  }
}
