package io.github.dnsonde.policy;

import io.github.dnsonde.cluster.CiliumRules.Entity;
import io.github.dnsonde.cluster.Pod;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The identity of one end of a connection (Cilium documentation, "Identity"). Rules match
 * identities, not addresses: a block of addresses matches neither pods nor nodes.
 */
sealed interface CiliumIdentity {

  /** A pod with a network of its own. */
  record Endpoint(Pod pod, NamespaceLabels namespaces) implements CiliumIdentity {}

  /**
   * A node, with its pods that have no network of their own.
   *
   * @param own whether it is the node of the pod whose policies decide
   */
  record Node(boolean own) implements CiliumIdentity {}

  /** An address outside the cluster. */
  record World(InetAddress address) implements CiliumIdentity {}

  /** The value of a label. */
  sealed interface Value {

    /** The identity has the label. */
    record Present(String text) implements Value {}

    /** The identity does not have the label. */
    record Absent() implements Value {}

    /** Only Cilium knows. */
    record Hidden() implements Value {}
  }

  /**
   * Returns what an end may be; usually that is certain. An address on which only a node's cache
   * listens may be the node's to Cilium, or one outside the cluster (cilium issues 18644, 33144).
   *
   * @param self the pod whose policies decide
   */
  static List<CiliumIdentity> of(PeerView peer, Pod self, NamespaceLabels namespaces) {
    Optional<Pod> pod = peer.pod();
    if (pod.isPresent() && !pod.get().hostNetwork()) {
      return List.of(new Endpoint(pod.get(), namespaces));
    }
    Stream<CiliumIdentity> nodes = pod.stream().flatMap(there -> nodes(there, self));
    Stream<CiliumIdentity> addresses =
        peer.address().stream()
            .filter(address -> !isOf(pod, address))
            .flatMap(address -> isOfNode(pod, address) ? eitherOf(address) : outside(address));
    return Stream.concat(nodes, addresses).distinct().toList();
  }

  private static boolean isOf(Optional<Pod> pod, InetAddress address) {
    return pod.filter(there -> there.addresses().contains(address)).isPresent();
  }

  private static boolean isOfNode(Optional<Pod> pod, InetAddress address) {
    return pod.isEmpty() && address.isLinkLocalAddress();
  }

  private static Stream<CiliumIdentity> eitherOf(InetAddress address) {
    return Stream.of(new Node(true), new World(address));
  }

  private static Stream<CiliumIdentity> outside(InetAddress address) {
    return Stream.of(new World(address));
  }

  private static Stream<CiliumIdentity> nodes(Pod pod, Pod self) {
    boolean known = !pod.node().isEmpty() && !self.node().isEmpty();
    return Stream.of(true, false)
        .filter(own -> !known || own == pod.node().equals(self.node()))
        .map(Node::new);
  }

  /** Returns whether it belongs to an entity. */
  default Match isOf(Entity entity) {
    return switch (this) {
      case Endpoint _ -> Match.of(isInCluster(entity));
      case Node _ when entity == Entity.KUBE_APISERVER -> Match.MAYBE;
      case Node(boolean own) ->
          Match.of(isInCluster(entity) || entity == (own ? Entity.HOST : Entity.REMOTE_NODE));
      case World _ -> Match.of(entity == Entity.ALL || entity == Entity.WORLD);
    };
  }

  private static boolean isInCluster(Entity entity) {
    return Set.of(Entity.ALL, Entity.CLUSTER, Entity.CLUSTER_MESH).contains(entity);
  }

  /**
   * Returns the value of a label.
   *
   * @param source such as {@code k8s} or {@code reserved}; {@code any} for every source
   */
  default Value label(String source, String key) {
    return switch (this) {
      case Endpoint(Pod pod, NamespaceLabels namespaces) ->
          Set.of("any", "k8s").contains(source)
              ? CiliumLabels.of(pod, namespaces, key)
              : new Value.Absent();
      case Node(boolean own) -> reserved(source, key, own ? "host" : "remote-node");
      case World _ ->
          key.startsWith("world") && !source.equals("k8s")
              ? new Value.Hidden() // it depends on the families of addresses that Cilium uses
              : reserved(source, key, "");
    };
  }

  /** There may be further labels of other sources, and a node may run an API server. */
  private static Value reserved(String source, String key, String own) {
    boolean hidden =
        !Set.of("any", "reserved", "k8s").contains(source)
            || (key.equals("kube-apiserver") && !own.isEmpty());
    boolean present = key.equals(own) && !source.equals("k8s");
    return present ? new Value.Present("") : hidden ? new Value.Hidden() : new Value.Absent();
  }
}
