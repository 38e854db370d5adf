package io.github.dnsonde.divide;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Nodes with random classes, the same for the same number. */
final class Fleet {

  static final long SECOND = Duration.ofSeconds(1).toNanos();
  static final Duration PERIOD = Duration.ofSeconds(10);
  static final int ROUND = 4;

  private final int namespaces;
  private final int classes;
  private final int perNode;
  final TreeMap<String, NodeWork> nodes = new TreeMap<>();

  /**
   * Creates nodes.
   *
   * @param classes of each namespace
   * @param perNode number of classes of each node
   */
  Fleet(int nodes, int namespaces, int classes, int perNode) {
    this.namespaces = namespaces;
    this.classes = classes;
    this.perNode = perNode;
    IntStream.range(0, nodes).forEach(this::join);
  }

  void join(int number) {
    String name = "node-" + number;
    List<Integer> all = new ArrayList<>(IntStream.range(0, namespaces * classes).boxed().toList());
    Collections.shuffle(all, new Random(number));
    List<ClassWork> work =
        all.stream()
            .limit(perNode)
            .map(i -> work("ns-" + i / classes, "class-" + i % classes))
            .toList();
    nodes.put(name, new NodeWork(name, "zone-" + number % 3, work, 0, 0, 0));
  }

  static ClassWork work(String namespace, String policyClass) {
    return new ClassWork(new ClassKey(namespace, policyClass), ROUND, 2, false);
  }

  Collection<NodeWork> nodes() {
    return nodes.values();
  }

  Terms terms(double budget) {
    return Terms.of(budget, nodes.size(), PERIOD);
  }

  /** Sets the share that each agent uses to that of the division. */
  void adopt(Division division) {
    nodes.replaceAll(
        (name, node) ->
            new NodeWork(
                name,
                node.zone(),
                node.classes(),
                node.other(),
                division.of(name).map(NodeDivision::share).orElse(node.share()),
                node.report() + 1));
  }

  /** Returns the division after all agents have followed for long enough to get their shares. */
  Division settled(Division former, double budget, long now) {
    Division division = former;
    for (int i = 0; i < 5; i++) {
      division = division.next(terms(budget), nodes(), now);
      adopt(division);
    }
    return division;
  }

  /** Returns a value that must be there. */
  static <K, V> V at(Map<K, V> map, K key) {
    return requireNonNull(map.get(key), () -> "nothing at " + key);
  }

  /** The turns of each class, by node. */
  Map<ClassKey, Map<String, Role.Core>> turns(Division division) {
    Map<ClassKey, Map<String, Role.Core>> turns = new HashMap<>();
    nodes.forEach(
        (name, node) ->
            node.classes()
                .forEach(
                    work -> {
                      Map<String, Role.Core> of =
                          turns.computeIfAbsent(work.key(), _ -> new TreeMap<>());
                      if (division.of(name).orElseThrow().role(work.key())
                          instanceof Role.Core turn) {
                        of.put(name, turn);
                      }
                    }));
    return turns;
  }

  /** The namespaces in which each node has core vantages. */
  Map<String, Set<String>> namespaces(Division division) {
    Map<String, Set<String>> namespaces = new HashMap<>();
    turns(division)
        .forEach(
            (key, turns) ->
                turns
                    .keySet()
                    .forEach(
                        node ->
                            namespaces
                                .computeIfAbsent(node, _ -> new HashSet<>())
                                .add(key.namespace())));
    return namespaces;
  }

  /** The queries per second that a division makes all nodes send. */
  double rate(Division division) {
    return nodes.values().stream()
        .mapToDouble(node -> rate(node, division.of(node.node()).orElseThrow()))
        .sum();
  }

  static double rate(NodeWork node, NodeDivision part) {
    double sum = node.other();
    for (ClassWork work : node.classes()) {
      sum +=
          switch (part.role(work.key())) {
            case Role.Core turn -> work.round() / (turn.of() * (double) PERIOD.toSeconds());
            case Role.Background _ ->
                (double) work.backgroundRound() / part.background().toSeconds();
          };
    }
    return sum;
  }
}
