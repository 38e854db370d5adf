package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cilium's rules for domains ({@code toFQDNs}). They allow the addresses in answers that its DNS
 * proxy sees, so they need a rule that leads queries through it.
 */
public final class DomainRules {

  private DomainRules() {}

  /**
   * Returns the policies of a pod whose rules for domains never learn an address: the pod may query
   * a server, and the proxy sees no query to any.
   */
  public static List<ForeignPolicy> unfed(
      PolicyEvaluator evaluator, Pod pod, List<Destination> servers) {
    CiliumEvaluator cilium =
        new CiliumEvaluator(
            evaluator.policies().foreign(), NamespaceLabels.of(evaluator.policies()));
    List<ForeignPolicy> all = cilium.withDomains(pod);
    boolean unseen =
        !all.isEmpty()
            && servers.stream()
                .flatMap(server -> connections(pod, server))
                .noneMatch(cilium::mayBeProxied);
    return unseen && servers.stream().anyMatch(server -> isAllowed(evaluator, pod, server))
        ? all
        : List.of();
  }

  private static Stream<Connection> connections(Pod pod, Destination server) {
    return Arrays.stream(Transport.values())
        .flatMap(transport -> Backend.ends(server, PortProtocol.over(transport)).stream())
        .map(end -> new Connection(Direction.EGRESS, pod, end, false));
  }

  private static boolean isAllowed(PolicyEvaluator by, Pod pod, Destination server) {
    return by.egress(pod, server, PortProtocol.over(Transport.UDP)).decision() == Decision.ALLOW;
  }
}
