package io.github.dnsonde.plan;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.config.ResolvConf;
import java.net.InetAddress;
import java.util.Set;

/**
 * The input of a plan, next to the configuration.
 *
 * @param cluster the API server's objects; {@link ClusterView#EMPTY} if it was not queried
 * @param networks the known network namespaces of this node
 * @param resolvConf the agent's own {@code /etc/resolv.conf}; empty if it cannot be read
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
