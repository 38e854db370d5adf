package io.github.dnsonde.cluster;

/**
 * The direction of a connection that a policy can isolate a pod from (Kubernetes API, {@code
 * policyTypes}).
 */
public enum Direction {
  /** To the pod. */
  INGRESS,
  /** From the pod. */
  EGRESS;

  /** Returns the other one. */
  public Direction opposite() {
    return switch (this) {
      case INGRESS -> EGRESS;
      case EGRESS -> INGRESS;
    };
  }
}
