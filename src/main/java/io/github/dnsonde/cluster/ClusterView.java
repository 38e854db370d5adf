package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.ExpectedSilence;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An agent's knowledge of its cluster, from its last lists and watches.
 *
 * @param namespaces labels by name, for the namespaces of {@code pods} and of the DNS pods
 * @param pods the pods of the agent's own node
 * @param dnsPods the pods behind the kube-dns Service, on all nodes
 * @param policies the NetworkPolicies of those namespaces
 * @param kubeDns the Service that pods' resolvers query; empty if no Service has that name
 * @param kubeDnsEndpoints the endpoints of that Service
 * @param foreignPolicies policies of other kinds that apply to those namespaces, or may
 * @param agents number of nodes that should run an agent ({@code status.desiredNumberScheduled} of
 *     its DaemonSet); empty if the agent does not know its DaemonSet
 * @param gaps the parts that could not be read
 * @param declarations the declarations of those namespaces that pods need no DNS
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
    Gaps gaps,
    Declarations declarations) {

  /** A view of an unknown cluster. */
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
    requireNonNull(declarations, "declarations is null");
  }

  /** Creates a view without gaps. */
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
        Gaps.NONE,
        Declarations.NONE);
  }

  /** Returns the same view, with gaps. */
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
        others,
        declarations);
  }

  /** Returns the same view, with declarations. */
  public ClusterView with(Declarations others) {
    return new ClusterView(
        namespaces,
        pods,
        dnsPods,
        policies,
        kubeDns,
        kubeDnsEndpoints,
        foreignPolicies,
        agents,
        gaps,
        others);
  }

  /** Returns the same view, with other policies. */
  public ClusterView withPolicies(List<NetworkPolicy> others) {
    return new ClusterView(
        namespaces,
        pods,
        dnsPods,
        others,
        kubeDns,
        kubeDnsEndpoints,
        foreignPolicies,
        agents,
        gaps,
        declarations);
  }

  /** Returns the same view, with other labels of a namespace. */
  public ClusterView with(String namespace, Labels labels) {
    Map<String, Labels> others = new HashMap<>(namespaces);
    others.put(namespace, labels);
    return new ClusterView(
        others,
        pods,
        dnsPods,
        policies,
        kubeDns,
        kubeDnsEndpoints,
        foreignPolicies,
        agents,
        gaps,
        declarations);
  }

  /** Returns which of its pods are expected to get no response from DNS at this time. */
  public ExpectedSilence silence(Instant now) {
    return declarations.silence(pods, now);
  }
}
