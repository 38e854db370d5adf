package io.github.dnsonde.policy;

import java.util.Locale;

/** Why there is no telling what policies do. */
public enum UnknownReason {
  /** A manifest leaves its namespace to whoever applies it. */
  MISSING_NAMESPACE,
  /** A manifest is one that no API server takes. */
  INVALID_POLICY,
  /** A policy is larger than what the agent reads. */
  POLICY_TOO_LARGE,
  /** The agent could not read something that decides it. */
  UNREAD,
  /** There is, or may be, a policy of a kind that only its own engine can judge. */
  FOREIGN_POLICY,
  /**
   * It depends on whether policies see the Service's address or the pod's (Kubernetes
   * documentation, "Network Policies", "Behavior of ipBlock").
   */
  SERVICE_REWRITE,
  /** It depends on whether policies hold for a pod in its node's network, which is asking. */
  HOST_NETWORK_SOURCE,
  /** It depends on whether policies see a pod in its node's network, which is asked. */
  HOST_NETWORK_DESTINATION,
  /** It depends on whether an address is that of a Service that is not known here. */
  UNKNOWN_ADDRESS,
  /** Not all pods behind the Service fare the same. */
  MIXED_BACKENDS,
  /** A Service behind which nothing is known, so that no selector tells. */
  NO_BACKENDS;

  /** The word in labels: {@code service-rewrite}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
