package io.github.dnsonde.divide;

import io.github.dnsonde.report.ClassKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The slots of the chosen nodes: each node of a class has another one. A node keeps its slot. New
 * slots are given so that the turns of each node are spread over all slots, because a node may only
 * send so much at once.
 */
final class Slots {

  /** So many nodes have few orders. */
  private static final int FEW = 4;

  private static final int ROUNDS = 3;

  private final int perClass;
  private final Map<String, int[]> load = new HashMap<>();
  private final Map<ClassKey, Map<String, Integer>> slots = new HashMap<>();
  private final Map<ClassKey, List<String>> moving = new LinkedHashMap<>();

  Slots(int perClass) {
    this.perClass = perClass;
  }

  /**
   * Gives the nodes of a class their slots.
   *
   * @param before the slots of a former division
   */
  void give(ClassKey key, List<String> chosen, Map<String, Integer> before) {
    Map<String, Integer> own = new HashMap<>();
    List<String> others = new ArrayList<>();
    for (String node : chosen) {
      int slot = before.getOrDefault(node, -1);
      if (slot >= 0 && slot < chosen.size() && !own.containsValue(slot)) {
        own.put(node, slot);
        load(node)[slot]++;
      } else {
        others.add(node);
      }
    }
    slots.put(key, own);
    if (!others.isEmpty()) {
      moving.put(key, List.copyOf(others));
      place(chosen.size(), own, others);
    }
  }

  /** Improves the new slots, now that all are known. */
  void settle() {
    for (int round = 0; round < ROUNDS; round++) {
      moving.forEach(
          (key, nodes) -> {
            Map<String, Integer> own = of(key);
            int size = own.size();
            nodes.forEach(node -> load(node)[slot(own, node)]--);
            nodes.forEach(own::remove);
            place(size, own, nodes);
          });
    }
  }

  /** Returns a slot of a class for one more of its nodes: one in which that has few other turns. */
  int further(ClassKey key, String node) {
    int best = 0;
    for (int slot = 1; slot < of(key).size(); slot++) {
      best = load(node)[slot] < load(node)[best] ? slot : best;
    }
    load(node)[best]++;
    return best;
  }

  /** The slots of a class by node. */
  Map<String, Integer> of(ClassKey key) {
    return slots.getOrDefault(key, Map.of());
  }

  private static int slot(Map<String, Integer> own, String node) {
    return own.getOrDefault(node, 0);
  }

  private int[] load(String node) {
    return load.computeIfAbsent(node, _ -> new int[perClass]);
  }

  private void place(int size, Map<String, Integer> own, List<String> nodes) {
    int[] free = IntStream.range(0, size).filter(slot -> !own.containsValue(slot)).toArray();
    List<Integer> best = calmest(nodes, free, new ArrayList<>());
    for (int i = 0; i < nodes.size(); i++) {
      own.put(nodes.get(i), best.get(i));
      load(nodes.get(i))[best.get(i)]++;
    }
  }

  /** All orders are tried for a few nodes; with more, each takes the best that is left. */
  private List<Integer> calmest(List<String> nodes, int[] free, List<Integer> taken) {
    int next = taken.size();
    if (next == nodes.size()) {
      return List.copyOf(taken);
    }
    List<Integer> open =
        IntStream.of(free)
            .boxed()
            .filter(slot -> !taken.contains(slot))
            .sorted(Comparator.comparingInt(slot -> load(nodes.get(next))[slot]))
            .toList();
    List<Integer> best = List.of();
    for (int slot : nodes.size() <= FEW ? open : open.subList(0, 1)) {
      taken.add(slot);
      List<Integer> all = calmest(nodes, free, taken);
      taken.removeLast();
      if (best.isEmpty() || turns(nodes, all) < turns(nodes, best)) {
        best = all;
      }
    }
    return best;
  }

  private int turns(List<String> nodes, List<Integer> some) {
    return IntStream.range(0, nodes.size()).map(i -> load(nodes.get(i))[some.get(i)]).sum();
  }
}
