package io.github.dnsonde.kube;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.probe.Ticker;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nodes of the cluster, each with its zone. Nothing else of a node is kept. Any thread may ask.
 */
final class NodeZones implements AutoCloseable {

  /**
   * The name in log lines and metrics. No agent reads nodes, so they are no resource of its view.
   */
  static final String LABEL = "nodes";

  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String NONE = "";

  private final Map<String, String> zones = new ConcurrentHashMap<>();
  private final WatchHealth watchHealth;
  private final Reflector<String> reflector;
  private volatile boolean synced;

  NodeZones(ApiServer server, Timing timing, Ticker ticker) {
    this.watchHealth = new WatchHealth(ClusterResource.PODS, ticker).ofPart(LABEL);
    this.reflector =
        new Reflector<>(
            server,
            Query.all("/api/v1/nodes"),
            Translation.of(
                "metadata(name,resourceVersion,[labels(" + ZONE + ")])", NodeZones::zone),
            Store.ofAll(this::changed),
            watchHealth,
            timing,
            _ -> synced = true);
  }

  private static String zone(StreamedObject node) {
    return node.metadata().object("labels").text(ZONE).orElse(NONE).intern();
  }

  /** Called by the thread of the watch only. */
  private void changed(String node, Optional<String> zone) {
    String name = node.substring(node.indexOf('/') + 1);
    if (zone.isPresent()) {
      zones.put(name, zone.get());
    } else {
      zones.remove(name);
    }
  }

  void start() {
    reflector.start();
  }

  Optional<String> zone(String node) {
    return Optional.ofNullable(zones.get(node)).filter(zone -> !zone.equals(NONE));
  }

  /** Returns true if the nodes were listed, and this is none of them. */
  boolean gone(String node) {
    return synced && !zones.containsKey(node);
  }

  WatchHealth health() {
    return watchHealth;
  }

  @Override
  public void close() {
    reflector.close();
  }
}
