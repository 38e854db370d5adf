package io.github.dnsonde.cluster;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.ResolverSettings;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pod, as far as DNS questions from it and to it are concerned (Kubernetes API reference, Pod).
 *
 * @param namespace its namespace
 * @param name its name
 * @param node where it runs; empty before it is scheduled
 * @param owner what made it, by a name that outlives it; empty for a bare pod
 * @param labels its labels
 * @param addresses {@code status.podIPs}, the primary one first; empty before it has any
 * @param hostNetwork whether it lives in its node's network: no policy selects such a pod
 * @param runtimeClass {@code spec.runtimeClassName}
 * @param phase how far it has come
 * @param ready whether its condition Ready is true
 * @param deleting whether its deletion has been asked for
 * @param created when it was created
 * @param networkReady when its network was last set up, as far as its status tells: the later of
 *     {@code startTime} and the condition PodReadyToStartContainers; empty before
 * @param dns whom its own resolver asks
 * @param ports the ports that its containers name
 * @param starts what the kubelet reports of its start
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
    Starts starts) {

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
  }

  /** A pod of whose start nothing is known. */
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
        Starts.UNKNOWN);
  }

  /**
   * When a pod started, by its node's clock, in whole seconds.
   *
   * @param accepted {@code status.startTime}: the kubelet took it on; its sandbox is made later
   * @param latest the latest start of its sandbox (condition PodReadyToStartContainers) or of one
   *     of its containers: at that time it had its network
   */
  public record Starts(Optional<Instant> accepted, Optional<Instant> latest) {

    /** Nothing is known. */
    public static final Starts UNKNOWN = new Starts(Optional.empty(), Optional.empty());

    public Starts {
      requireNonNull(accepted, "accepted is null");
      requireNonNull(latest, "latest is null");
    }
  }

  /**
   * What made a pod: the owner's owner where that is what people deploy.
   *
   * @param kind {@code Deployment}, {@code StatefulSet}, {@code DaemonSet}, {@code CronJob}, {@code
   *     Job} …
   */
  public record Owner(String kind, String name) {}

  /** Kubernetes API reference, PodStatus. */
  public enum Phase {
    PENDING,
    RUNNING,
    /** All containers have ended: the pod's network may be gone already. */
    FINISHED,
    UNKNOWN
  }

  /**
   * Whom the pod's resolver asks.
   *
   * @param config {@code spec.dnsConfig}: added to what the policy gives
   */
  public record Dns(Policy policy, ResolverSettings config) {

    /** The cluster's resolver, and nothing else. */
    public static final Dns CLUSTER = new Dns(Policy.CLUSTER_FIRST, ResolverSettings.NONE);

    public Dns {
      requireNonNull(policy, "policy is null");
      requireNonNull(config, "config is null");
    }

    /** With nameservers of its own, and no other settings. */
    public Dns(Policy policy, List<InetAddress> nameservers) {
      this(policy, new ResolverSettings(nameservers, List.of(), List.of()));
    }

    /** {@code spec.dnsConfig.nameservers}. */
    public List<InetAddress> nameservers() {
      return config.nameservers();
    }
  }

  /**
   * {@code spec.dnsPolicy}, as the kubelet applies it: ClusterFirstWithHostNet is ClusterFirst, and
   * ClusterFirst of a pod in its node's network is Default.
   */
  public enum Policy {
    CLUSTER_FIRST,
    /** The node's own resolver. */
    DEFAULT,
    /** Only what {@code dnsConfig} says. */
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
