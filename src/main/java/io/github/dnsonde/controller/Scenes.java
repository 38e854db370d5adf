package io.github.dnsonde.controller;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.NodeCache;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.config.Config;
import io.github.dnsonde.merge.NodeScene;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.report.ReportedPath;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The objects that decide on each node's paths, out of one view of the cluster. An unchanged scene
 * is the same object. For one thread.
 */
final class Scenes {

  /** The name that agents give to the servers that are the node's cache. */
  private static final String NODE_LOCAL_DNS = "node-local-dns";

  private final Config.Cluster settings;
  private final Map<String, NodeScene> known = new HashMap<>();
  private ClusterView view = ClusterView.EMPTY;

  Scenes(Config.Cluster settings) {
    this.settings = settings;
  }

  /**
   * Sets the view of the cluster, with the pods of all nodes.
   *
   * @return true if it differs from the one before: all scenes are new then
   */
  boolean view(ClusterView latest) {
    boolean changed = !latest.equals(view);
    if (changed) {
      view = latest;
      known.clear();
    }
    return changed;
  }

  ClusterView view() {
    return view;
  }

  /** The scene of a node. */
  NodeScene of(NodeInput node) {
    Set<InetAddress> cache = cacheAddresses(node);
    NodeScene before = known.get(node.node());
    if (before != null && before.cache().addresses().equals(cache)) {
      return before;
    }
    NodeScene scene = scene(node.node(), cache);
    known.put(node.node(), scene);
    return scene;
  }

  private NodeScene scene(String node, Set<InetAddress> cache) {
    ClusterView here =
        new ClusterView(
            view.namespaces(),
            view.pods().stream().filter(pod -> pod.node().equals(node)).toList(),
            view.dnsPods(),
            view.policies(),
            view.kubeDns(),
            view.kubeDnsEndpoints(),
            view.foreignPolicies(),
            view.agents(),
            view.gaps(),
            view.declarations());
    return new NodeScene(
        here, new NodeCache(here.pods().stream().filter(this::isOfCache).toList(), cache));
  }

  private boolean isOfCache(Pod pod) {
    return pod.namespace().equals(settings.kubeDns().namespace())
        && settings.nodeLocalDns().pods().matches(pod.labels());
  }

  private static Set<InetAddress> cacheAddresses(NodeInput node) {
    return node.report().vantages().stream()
        .flatMap(vantage -> vantage.paths().stream())
        .map(ReportedPath::server)
        .filter(server -> server.name().startsWith(NODE_LOCAL_DNS))
        .map(server -> server.address())
        .collect(toSet());
  }
}
