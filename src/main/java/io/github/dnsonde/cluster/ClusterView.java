package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Everything an agent knows of its cluster, as its last lists and watches told it.
 *
 * @param namespaces labels by name: of the namespaces of {@code pods}, and of the DNS pods'
 * @param pods the pods of the agent's own node
 * @param dnsPods the pods behind the kube-dns Service, on all nodes
 * @param policies the NetworkPolicies of those namespaces
 * @param kubeDns the Service that pods' resolvers ask; empty where there is none by that name
 * @param kubeDnsEndpoints where that Service leads to
 * @param foreignPolicies policies of other kinds that bear on those namespaces, or may
 * @param agents on how many nodes an agent is wanted ({@code status.desiredNumberScheduled} of its
 *     DaemonSet); empty where it does not know its DaemonSet
 * @param gaps what could not be read
 */
public record ClusterView(
    Map<String, Labels> namespaces,
    List<Pod> pods,
    List<Pod> dnsPods,
    List<NetworkPolicy> policies,
    Optional<Service> kubeDns,
    List<Endpoint> kubeDnsEndpoints,
    OtherPolicies foreignPolicies,
    OptionalInt agents,
    Gaps gaps) {

  /** Nothing known. */
  public static final ClusterView EMPTY =
      new ClusterView(
          Map.of(),
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          List.of(),
          OtherPolicies.NONE,
          OptionalInt.empty());

  public ClusterView {
    namespaces = Map.copyOf(namespaces);
    pods = List.copyOf(pods);
    dnsPods = List.copyOf(dnsPods);
    policies = List.copyOf(policies);
    requireNonNull(kubeDns, "kubeDns is null");
    kubeDnsEndpoints = List.copyOf(kubeDnsEndpoints);
    requireNonNull(foreignPolicies, "foreignPolicies is null");
    requireNonNull(agents, "agents is null");
    requireNonNull(gaps, "gaps is null");
  }

  /** A view of which everything was read. */
  public ClusterView(
      Map<String, Labels> namespaces,
      List<Pod> pods,
      List<Pod> dnsPods,
      List<NetworkPolicy> policies,
      Optional<Service> kubeDns,
      List<Endpoint> kubeDnsEndpoints,
      OtherPolicies foreignPolicies,
      OptionalInt agents) {
    this(
        namespaces,
        pods,
        dnsPods,
        policies,
        kubeDns,
        kubeDnsEndpoints,
        foreignPolicies,
        agents,
        Gaps.NONE);
  }

  /** The same view, with gaps. */
  public ClusterView with(Gaps others) {
    return new ClusterView(
        namespaces,
        pods,
        dnsPods,
        policies,
        kubeDns,
        kubeDnsEndpoints,
        foreignPolicies,
        agents,
        others);
  }
}
