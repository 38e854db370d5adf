package io.github.dnsonde.testkit;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Builds a bare pod on {@code node-1} that has been ready for long; a test changes what it needs.
 */
public final class PodBuilder {

  /** The default creation time of pods. */
  public static final Instant CREATED = Instant.parse("2026-03-01T12:00:00Z");

  private final String namespace;
  private final String name;
  private final Map<String, String> labels = new HashMap<>();
  private List<InetAddress> addresses;
  private String node = "node-1";
  private Optional<Pod.Owner> owner = Optional.empty();
  private boolean hostNetwork;
  private Optional<String> runtimeClass = Optional.empty();
  private Pod.Phase phase = Pod.Phase.RUNNING;
  private boolean ready = true;
  private boolean deleting;
  private Instant created = CREATED;
  private Optional<Instant> networkReady = Optional.empty();
  private Pod.Dns dns = Pod.Dns.CLUSTER;
  private List<Pod.ContainerPort> ports = List.of();
  private Pod.Starts starts = Pod.Starts.UNKNOWN;
  private Optional<String> serviceAccount = Optional.empty();

  private PodBuilder(String namespace, String name, List<InetAddress> addresses) {
    this.namespace = namespace;
    this.name = name;
    this.addresses = addresses;
  }

  public static PodBuilder pod(String namespace, String name, String... addresses) {
    return new PodBuilder(namespace, name, literals(addresses));
  }

  /** The same pod in another sandbox. */
  public PodBuilder at(String... others) {
    addresses = literals(others);
    return this;
  }

  public PodBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public PodBuilder labels(Map<String, String> others) {
    labels.putAll(others);
    return this;
  }

  public PodBuilder on(String name) {
    node = name;
    return this;
  }

  public PodBuilder ownedBy(String kind, String ownerName) {
    owner = Optional.of(new Pod.Owner(kind, ownerName));
    return this;
  }

  public PodBuilder onHostNetwork() {
    return hostNetwork(true);
  }

  public PodBuilder hostNetwork(boolean wanted) {
    hostNetwork = wanted;
    return this;
  }

  public PodBuilder runtimeClass(String className) {
    runtimeClass = Optional.of(className);
    return this;
  }

  public PodBuilder phase(Pod.Phase reached) {
    phase = reached;
    return this;
  }

  public PodBuilder notReady() {
    ready = false;
    return this;
  }

  public PodBuilder deleting() {
    deleting = true;
    return this;
  }

  /** Sets the creation time in seconds after most other pods; may be negative. */
  public PodBuilder createdAfter(int seconds) {
    created = CREATED.plusSeconds(seconds);
    return this;
  }

  public PodBuilder networkReady(Instant since) {
    networkReady = Optional.of(since);
    return this;
  }

  /** Sets the start, by its node's clock. */
  public PodBuilder started(Instant accepted, Instant latest) {
    starts = new Pod.Starts(Optional.of(accepted), Optional.of(latest));
    return this;
  }

  public PodBuilder dns(Pod.Dns settings) {
    dns = settings;
    return this;
  }

  public PodBuilder dns(Pod.Policy policy, String... nameservers) {
    dns = new Pod.Dns(policy, literals(nameservers));
    return this;
  }

  public PodBuilder ports(List<Pod.ContainerPort> named) {
    ports = named;
    return this;
  }

  public PodBuilder serviceAccount(String account) {
    serviceAccount = Optional.of(account);
    return this;
  }

  /** A view of a cluster of which only these pods are known. */
  public static ClusterView clusterOf(List<Pod> pods) {
    return new ClusterView(
        Map.of(),
        pods,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        OtherPolicies.NONE,
        OptionalInt.empty());
  }

  public Pod build() {
    return new Pod(
        namespace,
        name,
        node,
        owner,
        new Labels(labels),
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

  private static List<InetAddress> literals(String... addresses) {
    return Stream.of(addresses).map(InetAddress::ofLiteral).toList();
  }
}
