package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a question is asked from: the network namespace of one pod.
 *
 * @param namespace the pod's Kubernetes namespace
 * @param workload a name that outlives the pod: its Deployment, StatefulSet, DaemonSet …; {@code
 *     job} for a bare Job, {@code pod} for a bare pod
 * @param pod the pod's name; may be empty where the agent asks from itself and was not told
 * @param node the node's name; may be empty, likewise
 * @param from the local address to ask from; the unspecified address ({@code 0.0.0.0} or {@code
 *     ::}) leaves the choice to the kernel
 * @param settled when the pod's network was set up; {@link Instant#EPOCH} where that is long past
 *     or not known
 */
public record Vantage(
    String namespace, String workload, String pod, String node, InetAddress from, Instant settled) {

  /** Engines program a new pod's policies late: for so long its failures prove nothing. */
  public static final Duration YOUTH = Duration.ofSeconds(30);

  /**
   * The unspecified IPv4 address: the kernel chooses the local address, of whichever family the
   * server has.
   */
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

  /** A vantage that has been there for long. */
  public Vantage(String namespace, String workload, String pod, String node, InetAddress from) {
    this(namespace, workload, pod, node, from, Instant.EPOCH);
  }

  /** Returns the name of the pod. */
  public NamespacedName namespacedPod() {
    return new NamespacedName(namespace, pod);
  }

  /**
   * Returns how much longer its failures prove nothing, by the wall clock. A pod whose start is in
   * the future, by a clock that was set since, counts as started now.
   */
  public Duration youthLeftAt(Instant time) {
    Duration age = Duration.between(settled, time);
    if (age.isNegative()) {
      return YOUTH;
    }
    return age.compareTo(YOUTH) < 0 ? YOUTH.minus(age) : Duration.ZERO;
  }
}
