package io.github.dnsonde.cluster;

/**
 * The direction of a connection that a policy can isolate a pod from (Kubernetes API, {@code
 * policyTypes}).
 */
public enum Direction {
  /** To the pod. */
  INGRESS,
  /** From the pod. */
  EGRESS
}
