package io.github.dnsonde.divide;

import io.github.dnsonde.divide.Division.Member;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Gives the core nodes of each class their turns. Every class has as many slots as it has chosen
 * nodes, and one query of the class comes in each. Further core nodes share a slot with a chosen
 * one, and alternate with it: they cost no queries. A node keeps its slot, so that one that joins
 * or leaves moves only those in the same slot.
 */
final class Turns {

  /** So many nodes have few orders. */
  private static final int FEW = 4;

  private final int perClass;
  private final Map<String, int[]> load = new HashMap<>();

  Turns(int perClass) {
    this.perClass = perClass;
  }

  /**
   * Gives the nodes of one class their slots.
   *
   * @param chosen the nodes chosen by rank; at least one
   * @param added nodes that are core for another reason
   * @param staying nodes that stay core for a while
   * @param before the slots of a former division
   */
  List<Member> divide(
      List<String> chosen,
      List<String> added,
      List<Member> staying,
      Map<String, Integer> before,
      long now) {
    int slots = chosen.size();
    List<Member> members = new ArrayList<>();
    int[] size = new int[slots];
    List<String> moving = new ArrayList<>();
    for (String node : chosen) {
      int slot = before.getOrDefault(node, -1);
      if (slot >= 0 && slot < slots && size[slot] == 0) {
        members.add(seat(node, slot, size, now));
      } else {
        moving.add(node);
      }
    }
    int[] free = free(size);
    List<Integer> best = calmest(moving, free, new ArrayList<>());
    for (int i = 0; i < moving.size(); i++) {
      members.add(seat(moving.get(i), best.get(i), size, now));
    }
    for (String node : added) {
      members.add(seat(node, shared(before.getOrDefault(node, -1), size), size, now));
    }
    for (Member member : staying) {
      members.add(seat(member.node(), shared(member.slot(), size), size, member.lastChosen()));
    }
    return List.copyOf(members);
  }

  private Member seat(String node, int slot, int[] size, long lastChosen) {
    size[slot]++;
    load.computeIfAbsent(node, _ -> new int[perClass])[slot]++;
    return new Member(node, slot, lastChosen);
  }

  private static int[] free(int[] size) {
    return IntStream.range(0, size.length).filter(slot -> size[slot] == 0).toArray();
  }

  /**
   * The free slots for the nodes in which those have the fewest other turns, together. All orders
   * are tried for a few nodes; with more, each takes the best that is left.
   */
  private List<Integer> calmest(List<String> nodes, int[] free, List<Integer> taken) {
    int next = taken.size();
    if (next == nodes.size()) {
      return List.copyOf(taken);
    }
    List<Integer> open =
        IntStream.of(free)
            .boxed()
            .filter(slot -> !taken.contains(slot))
            .sorted(Comparator.comparingInt(slot -> turns(nodes.get(next), slot)))
            .toList();
    List<Integer> best = List.of();
    for (int slot : nodes.size() <= FEW ? open : open.subList(0, 1)) {
      taken.add(slot);
      List<Integer> all = calmest(nodes, free, taken);
      taken.removeLast();
      if (best.isEmpty() || crowd(nodes, all) < crowd(nodes, best)) {
        best = all;
      }
    }
    return best;
  }

  private int crowd(List<String> nodes, List<Integer> slots) {
    int sum = 0;
    for (int i = 0; i < nodes.size(); i++) {
      int turns = turns(nodes.get(i), slots.get(i));
      sum += turns * turns;
    }
    return sum;
  }

  private int turns(String node, int slot) {
    return load.getOrDefault(node, new int[perClass])[slot];
  }

  private static int shared(int before, int[] size) {
    if (before >= 0 && before < size.length) {
      return before;
    }
    int fewest = 0;
    for (int slot = 1; slot < size.length; slot++) {
      fewest = size[slot] < size[fewest] ? slot : fewest;
    }
    return fewest;
  }

  /** Returns the turns of the nodes of one class. */
  static Map<String, Role.Core> of(List<Member> members) {
    Map<Integer, List<String>> bySlot = new TreeMap<>();
    members.forEach(
        member -> bySlot.computeIfAbsent(member.slot(), _ -> new ArrayList<>()).add(member.node()));
    int slots = bySlot.size();
    Map<String, Role.Core> turns = new HashMap<>();
    bySlot.forEach(
        (slot, nodes) -> {
          for (int i = 0; i < nodes.size(); i++) {
            turns.put(nodes.get(i), new Role.Core(slot + slots * i, slots * nodes.size()));
          }
        });
    return turns;
  }

  /**
   * Returns a turn in which each lasts for several periods; different classes use others of them.
   */
  static Role.Core longer(Role.Core turn, int periods, ClassKey key) {
    int own = (int) Math.floorMod(Rank.of(key.namespace(), key.policyClass()), (long) periods);
    return new Role.Core(turn.turn() * periods + own, turn.of() * periods);
  }
}
