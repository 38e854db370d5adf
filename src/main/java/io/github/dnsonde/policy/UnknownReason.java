package io.github.dnsonde.policy;

import java.util.Locale;

/** The reason why the decision of policies is unknown. */
public enum UnknownReason {
  /** A manifest does not specify its namespace. */
  MISSING_NAMESPACE,
  /** A manifest is invalid, so that no API server accepts it. */
  INVALID_POLICY,
  /** A policy is larger than the agent's limit. */
  POLICY_TOO_LARGE,
  /** The agent could not read an object that decides it. */
  UNREAD,
  /** A policy exists, or may exist, of a kind that only its own engine can evaluate. */
  FOREIGN_POLICY,
  /**
   * It depends on whether policies see the Service's address or the pod's (Kubernetes
   * documentation, "Network Policies", "Behavior of ipBlock").
   */
  SERVICE_REWRITE,
  /** It depends on whether policies apply to the querying pod, which is in its node's network. */
  HOST_NETWORK_SOURCE,
  /** It depends on whether policies match the queried pod, which is in its node's network. */
  HOST_NETWORK_DESTINATION,
  /** It depends on whether an address belongs to a Service that is not known here. */
  UNKNOWN_ADDRESS,
  /** The pods behind the Service have different results. */
  MIXED_BACKENDS,
  /** No pods are known behind a Service, so that selectors cannot be evaluated. */
  NO_BACKENDS;

  /** Returns the word in labels: {@code service-rewrite}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
