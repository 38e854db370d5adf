package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/**
 * The verdict of a cluster's NetworkPolicies on one path, for a policy engine that follows the
 * Kubernetes documentation.
 *
 * @param namespace of the vantage's pod
 * @param workload of the pod, as in {@link Vantage}
 * @param pod its name
 * @param server the name of the queried server
 * @param transport the transport of the query
 * @param effect the fate of a packet
 * @param policies the deciding policies, as {@code namespace/name}; none if nothing isolates the
 *     pod
 * @param because the explanation for people
 */
public record Ruling(
    String namespace,
    String workload,
    String pod,
    String server,
    Transport transport,
    Effect effect,
    List<String> policies,
    String because) {

  public Ruling {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(effect, "effect is null");
    policies = List.copyOf(policies);
    requireNonNull(because, "because is null");
  }

  /** The fate of a packet. */
  public enum Effect {
    ALLOW,
    DENY,
    /** Engines differ, or something other than a NetworkPolicy decides. */
    UNKNOWN;

    /** The word in labels and JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
