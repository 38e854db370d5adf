package io.github.dnsonde.cluster;

/**
 * Which way a connection goes that a pod is isolated from (Kubernetes API, {@code policyTypes}).
 */
public enum Direction {
  /** To the pod. */
  INGRESS,
  /** From the pod. */
  EGRESS
}
