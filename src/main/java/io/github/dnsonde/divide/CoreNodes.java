package io.github.dnsonde.divide;

import io.github.dnsonde.report.ClassKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Chooses the core nodes of each class, so that no node gets far more than the average. The
 * namespace ranks the nodes, not the class: its key holds the names of policies, and an incident
 * often begins with a new policy.
 */
final class CoreNodes {

  /** One namespace alone does not distinguish a fault of the node from one of a policy. */
  private static final int NAMESPACES = 2;

  private static final Comparator<ClassKey> BY_NAME =
      Comparator.comparing(ClassKey::namespace).thenComparing(ClassKey::policyClass);

  /** The most classes of a node, as a multiple of the average; of two, one may be far busier. */
  private static final double BUSIEST = 1.6;

  private final int perClass;
  private final int most;
  private final Map<String, Integer> load = new HashMap<>();
  private final List<NodeWork> nodes;
  private final Map<String, Long> hashes = new HashMap<>();
  private final Map<ClassKey, List<NodeWork>> hosts = new TreeMap<>(BY_NAME);
  private final Map<ClassKey, List<String>> chosen = new TreeMap<>(BY_NAME);
  private final Map<ClassKey, List<String>> added = new HashMap<>();

  CoreNodes(Collection<NodeWork> nodes, int perClass) {
    this.perClass = perClass;
    this.nodes = nodes.stream().sorted(Comparator.comparing(NodeWork::node)).toList();
    for (NodeWork node : this.nodes) {
      node.classes()
          .forEach(work -> hosts.computeIfAbsent(work.key(), _ -> new ArrayList<>()).add(node));
    }
    double turns = (double) hosts.size() * perClass;
    this.most = NAMESPACES + (int) Math.ceil(BUSIEST * turns / Math.max(1, this.nodes.size()));
    hosts.forEach((key, all) -> chosen.put(key, choose(key.namespace(), all)));
    addSecondNamespaces();
  }

  /** The classes, in order. */
  Collection<ClassKey> classes() {
    return chosen.keySet();
  }

  /** The nodes that were chosen for a class by rank, first to last. */
  List<String> chosen(ClassKey key) {
    return chosen.getOrDefault(key, List.of());
  }

  /**
   * The nodes that were added to a class, because they have core vantages in too few namespaces.
   */
  List<String> added(ClassKey key) {
    return added.getOrDefault(key, List.of());
  }

  /** The nodes that have vantages of a class. */
  List<NodeWork> hosts(ClassKey key) {
    return hosts.getOrDefault(key, List.of());
  }

  private List<String> choose(String namespace, List<NodeWork> candidates) {
    List<NodeWork> left = new ArrayList<>(candidates);
    left.removeIf(node -> load.getOrDefault(node.node(), 0) >= most);
    if (left.size() < perClass) {
      left = new ArrayList<>(candidates);
    }
    Map<String, Integer> zones = new HashMap<>();
    List<String> best = new ArrayList<>();
    while (best.size() < perClass && !left.isEmpty()) {
      NodeWork next = left.getFirst();
      for (NodeWork other : left) {
        if (precedes(other, next, namespace, zones)) {
          next = other;
        }
      }
      left.remove(next);
      best.add(next.node());
      load.merge(next.node(), 1, Integer::sum);
      zones.merge(next.zone(), 1, Integer::sum);
    }
    return List.copyOf(best);
  }

  /** A zone that has fewer of the chosen nodes comes first. */
  private boolean precedes(
      NodeWork one, NodeWork other, String namespace, Map<String, Integer> zones) {
    int difference = zones.getOrDefault(one.zone(), 0) - zones.getOrDefault(other.zone(), 0);
    return difference < 0
        || (difference == 0 && rank(namespace, one.node()) > rank(namespace, other.node()));
  }

  private void addSecondNamespaces() {
    Map<String, Set<String>> covered = new HashMap<>();
    chosen.forEach(
        (key, best) ->
            best.forEach(
                node -> covered.computeIfAbsent(node, _ -> new HashSet<>()).add(key.namespace())));
    for (NodeWork node : nodes) {
      Set<String> namespaces = covered.getOrDefault(node.node(), new HashSet<>());
      if (namespaces.size() < NAMESPACES) {
        addNamespaces(node, namespaces);
      }
    }
  }

  private void addNamespaces(NodeWork node, Set<String> covered) {
    node.classes().stream()
        .map(ClassWork::key)
        .filter(key -> !covered.contains(key.namespace()))
        .sorted(
            Comparator.comparingLong((ClassKey key) -> -rank(key.namespace(), node.node()))
                .thenComparing(key -> key.namespace())
                .thenComparingLong(key -> rank(key.policyClass(), node.node())))
        .forEach(
            key -> {
              if (covered.size() < NAMESPACES && covered.add(key.namespace())) {
                added.computeIfAbsent(key, _ -> new ArrayList<>()).add(node.node());
              }
            });
  }

  private long rank(String subject, String node) {
    return Rank.of(hash(subject), hash(node));
  }

  private long hash(String name) {
    return hashes.computeIfAbsent(name, Rank::hash);
  }
}
