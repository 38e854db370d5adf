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
 * @param likely what would become of it most likely, as NetworkPolicies alone say; unknown when
 *     there is no telling
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
    Effect likely,
    List<String> policies,
    String because) {

  public Ruling {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(workload, "workload is null");
    requireNonNull(pod, "pod is null");
    requireNonNull(server, "server is null");
    requireNonNull(transport, "transport is null");
    requireNonNull(effect, "effect is null");
    requireNonNull(likely, "likely is null");
    if (effect != Effect.UNKNOWN && likely != effect) {
      throw new IllegalArgumentException(
          "the verdict is " + effect.label() + ", which is likely too, not " + likely.label());
    }
    policies = List.copyOf(policies);
    requireNonNull(because, "because is null");
  }

  /** The verdict for a person: {@code deny}, or {@code unknown, likely deny}. */
  public String verdict() {
    return effect == likely ? effect.label() : effect.label() + ", likely " + likely.label();
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
