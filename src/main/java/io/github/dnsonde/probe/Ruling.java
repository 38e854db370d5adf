package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;

/**
 * What the NetworkPolicies of a cluster say of one path: what its policy engine would do, if it
 * does as the Kubernetes documentation says.
 *
 * @param namespace of the vantage's pod
 * @param workload of the pod, as in {@link Vantage}
 * @param pod its name
 * @param server the name of who is asked
 * @param transport over which
 * @param effect what would become of a packet
 * @param policies those that decide, as {@code namespace/name}; none where nothing isolates the pod
 * @param because the same for a person
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

  /** What would become of a packet. */
  public enum Effect {
    ALLOW,
    DENY,
    /** Engines differ, or something else than a NetworkPolicy has a say. */
    UNKNOWN;

    /** The word in labels and JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
