package io.github.dnsonde.cluster;

/** What an agent reads of its cluster, by the names that metrics, log lines and JSON have. */
public enum ClusterResource {
  /** The pods of its node. */
  PODS("pods"),
  NAMESPACES("namespaces"),
  NETWORK_POLICIES("networkpolicies"),
  /** The Service of the cluster's DNS. */
  SERVICES("services"),
  /** The endpoints of that Service. */
  ENDPOINT_SLICES("endpointslices"),
  /** The pods that that Service selects. */
  DNS_PODS("dns_pods"),
  /** The agent's own DaemonSet. */
  DAEMON_SETS("daemonsets"),
  /** Which kinds of policy the API server has. */
  DISCOVERY("discovery");

  private final String label;

  ClusterResource(String label) {
    this.label = label;
  }

  /** The word in labels, such as {@code networkpolicies}. */
  public String label() {
    return label;
  }

  /** Whether nothing can be planned before it was listed. */
  public boolean isRequired() {
    return this == PODS || this == NAMESPACES;
  }
}
