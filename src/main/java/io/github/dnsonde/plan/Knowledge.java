package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import java.net.InetAddress;
import java.util.List;

/**
 * What is known when a plan is drawn up, beside the configuration.
 *
 * @param cluster as the API server told; {@link ClusterView#EMPTY} where it was not asked
 * @param networks the network namespaces that this node has at hand
 * @param resolvers the nameservers of the agent's own {@code /etc/resolv.conf}; empty when it
 *     cannot be read
 */
public record Knowledge(ClusterView cluster, NetworkSurvey networks, List<InetAddress> resolvers) {

  public Knowledge {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(networks, "networks is null");
    resolvers = List.copyOf(resolvers);
  }

  /** What an agent knows that asks from its own pod alone. */
  public static Knowledge ofSelf(List<InetAddress> resolvers) {
    return new Knowledge(ClusterView.EMPTY, NetworkSurvey.NONE, resolvers);
  }
}
