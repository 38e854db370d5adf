package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * The place that queries are sent from: the network namespace of one pod.
 *
 * @param namespace the pod's Kubernetes namespace
 * @param workload a name that outlives the pod: its Deployment, StatefulSet, DaemonSet …; {@code
 *     job} for a bare Job, {@code pod} for a bare pod
 * @param pod the pod's name; may be empty if the agent probes from itself and does not know it
 * @param node the node's name; may be empty, likewise
 * @param from the local address to send from; the unspecified address ({@code 0.0.0.0} or {@code
 *     ::}) leaves the choice to the kernel
 * @param settled the time when the pod's network was set up; {@link Instant#EPOCH} if that is long
 *     ago or not known
 */
public record Vantage(
    String namespace, String workload, String pod, String node, InetAddress from, Instant settled) {

  /**
   * The time for which a new pod's failures prove nothing, because engines program its policies
   * late.
   */
  public static final Duration YOUTH = Duration.ofSeconds(30);

  /** The unspecified IPv4 address: the kernel chooses the local address, of the server's family. */
  public static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

  public Vantage {
    if (namespace.isEmpty() || workload.isEmpty()) {
      throw new IllegalArgumentException(
          "a vantage needs a namespace and a workload, found '"
              + namespace
              + "' and '"
              + workload
              + "'");
    }
    requireNonNull(pod, "pod is null");
    requireNonNull(node, "node is null");
    requireNonNull(from, "from is null");
    requireNonNull(settled, "settled is null");
  }

  /** Creates a vantage that has existed for long. */
  public Vantage(String namespace, String workload, String pod, String node, InetAddress from) {
    this(namespace, workload, pod, node, from, Instant.EPOCH);
  }

  /** Returns the name of the pod. */
  public NamespacedName namespacedPod() {
    return new NamespacedName(namespace, pod);
  }

  /**
   * Returns the remaining time for which its failures prove nothing, by the wall clock. A pod whose
   * start is in the future, by a clock that was set since, counts as started now.
   */
  public Duration youthLeftAt(Instant time) {
    Duration age = Duration.between(settled, time);
    if (age.isNegative()) {
      return YOUTH;
    }
    return age.compareTo(YOUTH) < 0 ? YOUTH.minus(age) : Duration.ZERO;
  }
}
