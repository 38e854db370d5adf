package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.ResolverSettings;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pod, with the fields that matter for DNS queries from it and to it (Kubernetes API reference,
 * Pod).
 *
 * @param namespace its namespace
 * @param name its name
 * @param node its node; empty before it is scheduled
 * @param owner its owner, by a name that outlives it; empty for a bare pod
 * @param labels its labels
 * @param addresses {@code status.podIPs}, the primary one first; empty before it has any
 * @param hostNetwork true if it uses its node's network: no policy selects such a pod
 * @param runtimeClass {@code spec.runtimeClassName}
 * @param phase its phase
 * @param ready true if its condition Ready is true
 * @param deleting true if its deletion has been requested
 * @param created its creation time
 * @param networkReady time when its network was last set up, as far as its status shows: the later
 *     of {@code startTime} and the condition PodReadyToStartContainers; empty before
 * @param dns the servers of its own resolver
 * @param ports the ports that its containers name
 * @param starts the kubelet's reports of its start
 * @param serviceAccount {@code spec.serviceAccountName}; empty if it is not known
 */
public record Pod(
    String namespace,
    String name,
    String node,
    Optional<Owner> owner,
    Labels labels,
    List<InetAddress> addresses,
    boolean hostNetwork,
    Optional<String> runtimeClass,
    Phase phase,
    boolean ready,
    boolean deleting,
    Instant created,
    Optional<Instant> networkReady,
    Dns dns,
    List<ContainerPort> ports,
    Starts starts,
    Optional<String> serviceAccount) {

  public Pod {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(node, "node is null");
    requireNonNull(owner, "owner is null");
    requireNonNull(labels, "labels is null");
    addresses = List.copyOf(addresses);
    requireNonNull(runtimeClass, "runtimeClass is null");
    requireNonNull(phase, "phase is null");
    requireNonNull(created, "created is null");
    requireNonNull(networkReady, "networkReady is null");
    requireNonNull(dns, "dns is null");
    ports = List.copyOf(ports);
    requireNonNull(starts, "starts is null");
    requireNonNull(serviceAccount, "serviceAccount is null");
  }

  /** Creates a pod whose start and service account are not known. */
  public Pod(
      String namespace,
      String name,
      String node,
      Optional<Owner> owner,
      Labels labels,
      List<InetAddress> addresses,
      boolean hostNetwork,
      Optional<String> runtimeClass,
      Phase phase,
      boolean ready,
      boolean deleting,
      Instant created,
      Optional<Instant> networkReady,
      Dns dns,
      List<ContainerPort> ports) {
    this(
        namespace,
        name,
        node,
        owner,
        labels,
        addresses,
        hostNetwork,
        runtimeClass,
        phase,
        ready,
        deleting,
        created,
        networkReady,
        dns,
        ports,
        Starts.UNKNOWN,
        Optional.empty());
  }

  /** Returns the same pod with other labels. */
  public Pod with(Labels others) {
    return new Pod(
        namespace,
        name,
        node,
        owner,
        others,
        addresses,
        hostNetwork,
        runtimeClass,
        phase,
        ready,
        deleting,
        created,
        networkReady,
        dns,
        ports,
        starts,
        serviceAccount);
  }

  /**
   * The start of a pod, by its node's clock, in whole seconds.
   *
   * @param accepted {@code status.startTime}, when the kubelet accepted it; its sandbox is created
   *     later
   * @param latest the latest start of its sandbox (condition PodReadyToStartContainers) or of one
   *     of its containers: at that time it had its network
   */
  public record Starts(Optional<Instant> accepted, Optional<Instant> latest) {

    /** A start that is not known. */
    public static final Starts UNKNOWN = new Starts(Optional.empty(), Optional.empty());

    public Starts {
      requireNonNull(accepted, "accepted is null");
      requireNonNull(latest, "latest is null");
    }
  }

  /**
   * The owner of a pod: the owner's owner, if users deploy that.
   *
   * @param kind {@code Deployment}, {@code StatefulSet}, {@code DaemonSet}, {@code CronJob}, {@code
   *     Job} …
   */
  public record Owner(String kind, String name) {}

  /** The phases of a pod (Kubernetes API reference, PodStatus). */
  public enum Phase {
    PENDING,
    RUNNING,
    /** All containers have ended, and the pod's network may already be gone. */
    FINISHED,
    UNKNOWN
  }

  /**
   * The servers that the pod's resolver queries.
   *
   * @param config {@code spec.dnsConfig}, which is added to the settings of the policy
   */
  public record Dns(Policy policy, ResolverSettings config) {

    /** The cluster's resolver, and no other. */
    public static final Dns CLUSTER = new Dns(Policy.CLUSTER_FIRST, ResolverSettings.NONE);

    public Dns {
      requireNonNull(policy, "policy is null");
      requireNonNull(config, "config is null");
    }

    /** Creates settings with its own nameservers, and no others. */
    public Dns(Policy policy, List<InetAddress> nameservers) {
      this(policy, new ResolverSettings(nameservers, List.of(), List.of()));
    }

    /** The nameservers of {@code spec.dnsConfig}. */
    public List<InetAddress> nameservers() {
      return config.nameservers();
    }
  }

  /**
   * The effective {@code spec.dnsPolicy}, as the kubelet applies it: ClusterFirstWithHostNet is
   * ClusterFirst, and ClusterFirst of a pod in its node's network is Default.
   */
  public enum Policy {
    CLUSTER_FIRST,
    /** The node's own resolver. */
    DEFAULT,
    /** Only the settings of {@code dnsConfig}. */
    NONE;

    /** The word in a manifest, such as {@code ClusterFirst}. */
    public String label() {
      return switch (this) {
        case CLUSTER_FIRST -> "ClusterFirst";
        case DEFAULT -> "Default";
        case NONE -> "None";
      };
    }
  }

  /**
   * A port that a container names.
   *
   * @param name may be empty
   */
  public record ContainerPort(String name, int number, Protocol protocol) {}
}
