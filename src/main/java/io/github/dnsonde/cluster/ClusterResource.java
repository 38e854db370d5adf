package io.github.dnsonde.cluster;

/**
 * The objects that an agent reads from its cluster, by their names in metrics, log lines and JSON.
 */
public enum ClusterResource {
  /** The pods of its node. */
  PODS("pods"),
  NAMESPACES("namespaces"),
  NETWORK_POLICIES("networkpolicies"),
  /** The Service of the cluster's DNS. */
  SERVICES("services"),
  /** The endpoints of that Service. */
  ENDPOINT_SLICES("endpointslices"),
  /** The pods that this Service selects. */
  DNS_PODS("dns_pods"),
  /** The agent's own DaemonSet. */
  DAEMON_SETS("daemonsets"),
  /** The kinds of policy that the API server has. */
  DISCOVERY("discovery");

  private final String label;

  ClusterResource(String label) {
    this.label = label;
  }

  /** The word in labels, such as {@code networkpolicies}. */
  public String label() {
    return label;
  }

  /** Returns true if nothing can be planned before it was listed. */
  public boolean isRequired() {
    return this == PODS || this == NAMESPACES;
  }
}
