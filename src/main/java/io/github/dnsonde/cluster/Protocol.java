package io.github.dnsonde.cluster;

/** What a port belongs to (Kubernetes API reference, ContainerPort, NetworkPolicyPort). */
public enum Protocol {
  TCP,
  UDP,
  SCTP
}
