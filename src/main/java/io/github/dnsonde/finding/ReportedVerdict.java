package io.github.dnsonde.finding;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.util.List;

/**
 * What the NetworkPolicies of a cluster say of one path: what its policy engine would do, if it
 * does as the Kubernetes documentation says.
 *
 * @param namespace of the vantage's pod
 * @param workload of the pod, as in {@link Vantage}
 * @param pod its name
 * @param server the name of who is asked
 * @param transport over which
 * @param decision what would become of a packet
 * @param policies those that decide, as {@code namespace/name}; none where nothing isolates the pod
 * @param because the same for a person
 */
public record ReportedVerdict(
    String namespace,
    String workload,
    String pod,
    String server,
    Transport transport,
    Decision decision,
    List<String> policies,
    String because) {

  public ReportedVerdict {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(decision, "effect is null");
    policies = List.copyOf(policies);
    requireNonNull(because, "because is null");
  }
}
