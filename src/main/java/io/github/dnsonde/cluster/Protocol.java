package io.github.dnsonde.cluster;

/** The protocol of a port (Kubernetes API reference, ContainerPort, NetworkPolicyPort). */
public enum Protocol {
  TCP,
  UDP,
  SCTP
}
