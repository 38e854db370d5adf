package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Cilium's rules for domains ({@code toFQDNs}). They allow the addresses in answers that its DNS
 * proxy sees, so they need a rule that leads queries through it.
 */
public final class DomainRules {

  private final PolicyEvaluator evaluator;

  /** Empty if no policy has rules for domains, as in most clusters. */
  private final Optional<CiliumEvaluator> cilium;

  private DomainRules(PolicyEvaluator evaluator, Optional<CiliumEvaluator> cilium) {
    this.evaluator = evaluator;
    this.cilium = cilium;
  }

  /** Returns the rules for domains of the policies that are evaluated. */
  public static DomainRules of(PolicyEvaluator evaluator) {
    List<ForeignPolicy> policies = evaluator.policies().foreign();
    return new DomainRules(
        evaluator,
        policies.stream().anyMatch(DomainRules::hasDomains)
            ? Optional.of(new CiliumEvaluator(policies, NamespaceLabels.of(evaluator.policies())))
            : Optional.empty());
  }

  private static boolean hasDomains(ForeignPolicy policy) {
    return policy.rules().orElse(null) instanceof CiliumRules rules
        && rules.specs().stream().anyMatch(spec -> spec.egress().hasDomains());
  }

  /**
   * Returns the policies of a pod whose rules for domains never learn an address: the pod may query
   * a server, and the proxy sees no query to any.
   */
  public List<ForeignPolicy> unfed(Pod pod, List<Destination> servers) {
    return cilium
        .map(by -> by.withDomains(pod))
        .filter(all -> !all.isEmpty() && isUnseen(pod, servers))
        .filter(_ -> servers.stream().anyMatch(server -> isAllowed(pod, server)))
        .orElse(List.of());
  }

  private boolean isUnseen(Pod pod, List<Destination> servers) {
    return servers.stream()
        .flatMap(server -> connections(pod, server))
        .noneMatch(connection -> cilium.filter(by -> by.mayBeProxied(connection)).isPresent());
  }

  private static Stream<Connection> connections(Pod pod, Destination server) {
    return Arrays.stream(Transport.values())
        .flatMap(transport -> Backend.ends(server, PortProtocol.over(transport)).stream())
        .map(end -> new Connection(Direction.EGRESS, pod, end, false));
  }

  private boolean isAllowed(Pod pod, Destination server) {
    return evaluator.egress(pod, server, PortProtocol.over(Transport.UDP)).decision()
        == Decision.ALLOW;
  }
}
