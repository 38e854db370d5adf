package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.ResolvConf;
import java.net.InetAddress;
import java.util.Set;

/**
 * What is known when a plan is drawn up, beside the configuration.
 *
 * @param cluster as the API server told; {@link ClusterView#EMPTY} where it was not asked
 * @param networks the network namespaces that this node has at hand
 * @param resolvConf the agent's own {@code /etc/resolv.conf}; empty when it cannot be read
 * @param answering addresses that answered DNS queries although no resolver names them
 */
public record PlanInput(
    ClusterView cluster,
    NetworkSurvey networks,
    ResolvConf resolvConf,
    Set<InetAddress> answering) {

  public PlanInput {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(networks, "networks is null");
    requireNonNull(resolvConf, "resolvConf is null");
    answering = Set.copyOf(answering);
  }

  /** The knowledge of an agent that probes from the pods of its node. */
  public static PlanInput ofNode(
      ClusterView cluster, NetworkSurvey networks, ResolvConf resolvConf) {
    return new PlanInput(cluster, networks, resolvConf, Set.of());
  }

  /** The knowledge of an agent that probes from its own pod alone. */
  public static PlanInput ofSelf(ResolvConf resolvConf, Set<InetAddress> answering) {
    return new PlanInput(ClusterView.EMPTY, NetworkSurvey.NONE, resolvConf, answering);
  }
}
