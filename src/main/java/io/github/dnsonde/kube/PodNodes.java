package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Ticker;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The node of each pod of the cluster. A large cluster has more than a hundred thousand pods, so
 * nothing else is kept, and a change costs no more than that one pod. Any thread may ask.
 */
final class PodNodes implements AutoCloseable {

  private static final String NONE = "";

  private final Map<String, String> nodes = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Integer>> perNamespace = new ConcurrentHashMap<>();
  private final WatchHealth watchHealth;
  private final Reflector<String> reflector;
  private volatile boolean synced;

  PodNodes(ApiServer server, Timing timing, Ticker ticker) {
    this.watchHealth = new WatchHealth(ClusterResource.PODS, ticker);
    this.reflector =
        new Reflector<>(
            server,
            Query.all("/api/v1/pods"),
            Translation.of(
                "metadata(namespace,name,resourceVersion),spec(nodeName)", PodNodes::node),
            Store.ofAll(this::changed),
            watchHealth,
            timing,
            _ -> synced = true);
  }

  private static String node(StreamedObject pod) {
    return pod.fields().object("spec").text("nodeName").orElse(NONE).intern();
  }

  /** Called by the thread of the watch only. */
  private void changed(String pod, Optional<String> node) {
    Optional<String> now = node.filter(name -> !name.equals(NONE));
    Optional<String> before =
        Optional.ofNullable(now.isPresent() ? nodes.put(pod, now.get()) : nodes.remove(pod));
    if (!now.equals(before)) {
      before.ifPresent(name -> count(pod, name, -1));
      now.ifPresent(name -> count(pod, name, 1));
    }
  }

  private void count(String pod, String node, int more) {
    Map<String, Integer> namespaces =
        perNamespace.computeIfAbsent(node, _ -> new ConcurrentHashMap<>());
    namespaces.merge(namespaceOf(pod), more, (one, other) -> one + other == 0 ? null : one + other);
    if (namespaces.isEmpty()) {
      perNamespace.remove(node);
    }
  }

  private static String namespaceOf(String pod) {
    return pod.substring(0, Math.max(0, pod.indexOf('/'))).intern();
  }

  void start() {
    reflector.start();
  }

  boolean synced() {
    return synced;
  }

  int size() {
    return nodes.size();
  }

  Optional<String> nodeOf(NamespacedName pod) {
    return Optional.ofNullable(nodes.get(pod.toString()));
  }

  /** Returns true if the namespace has a pod on the node. */
  boolean hasPods(String namespace, String node) {
    return perNamespace.getOrDefault(node, Map.of()).containsKey(namespace);
  }

  WatchHealth health() {
    return watchHealth;
  }

  @Override
  public void close() {
    reflector.close();
  }
}
