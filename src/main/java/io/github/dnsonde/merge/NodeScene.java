package io.github.dnsonde.merge;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;

/**
 * The objects of the API server that decide on one node's paths, as the controller itself knows
 * them.
 *
 * @param cluster the view that an agent on the node would have
 * @param cache the DNS cache of the node
 */
public record NodeScene(ClusterView cluster, NodeCache cache) {

  /** A node of which nothing is known. */
  public static final NodeScene UNKNOWN = new NodeScene(ClusterView.EMPTY, NodeCache.NONE);

  public NodeScene {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(cache, "cache is null");
  }
}
