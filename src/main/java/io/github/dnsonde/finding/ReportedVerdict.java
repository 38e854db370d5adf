package io.github.dnsonde.finding;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import java.util.List;

/**
 * The verdict of a cluster's policies on one path, for a policy engine that follows the
 * documentation.
 *
 * @param namespace of the vantage's pod
 * @param workload of the pod, as in {@link Vantage}
 * @param pod its name
 * @param server the name of the queried server
 * @param transport the transport of the query
 * @param decision the fate of a packet
 * @param likely its most likely fate, by the policies that can be judged; unknown if none is likely
 * @param policies the deciding policies, as {@code namespace/name}, those of another kind with
 *     their kind before it; none if nothing isolates the pod
 * @param because the explanation for people
 */
public record ReportedVerdict(
    String namespace,
    String workload,
    String pod,
    String server,
    Transport transport,
    Decision decision,
    Decision likely,
    List<String> policies,
    String because) {

  public ReportedVerdict {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(decision, "decision is null");
    requireNonNull(likely, "likely is null");
    if (decision != Decision.UNKNOWN && likely != decision) {
      throw new IllegalArgumentException(
          "the verdict is " + decision.label() + ", which is likely too, not " + likely.label());
    }
    policies = List.copyOf(policies);
    requireNonNull(because, "because is null");
  }

  /** The verdict for a person: {@code deny}, or {@code unknown, likely deny}. */
  public String verdict() {
    return decision == likely ? decision.label() : decision.label() + ", likely " + likely.label();
  }
}
