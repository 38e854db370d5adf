package io.github.dnsonde.divide;

import io.github.dnsonde.divide.Division.Member;
import io.github.dnsonde.probe.Role;
import io.github.dnsonde.report.ClassKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The turns of the core nodes of one class. It has as many slots as chosen nodes, and one query of
 * the class comes in each. Further core nodes share a slot with a chosen one, and alternate with
 * it: they cost no queries. So one that joins or leaves moves only those in the same slot.
 */
final class Turns {

  private Turns() {}

  /**
   * Returns the core nodes with their slots.
   *
   * @param chosen the nodes chosen by rank
   * @param slots their slots
   * @param added nodes that are core for another reason, with their slots
   * @param staying nodes that stay core for a while
   */
  static List<Member> members(
      List<String> chosen,
      Map<String, Integer> slots,
      Map<String, Integer> added,
      List<Member> staying,
      long now) {
    int[] size = new int[chosen.size()];
    List<Member> members = new ArrayList<>();
    chosen.forEach(node -> members.add(seat(node, slots.getOrDefault(node, 0), size, now)));
    added.forEach((node, slot) -> members.add(seat(node, slot, size, now)));
    for (Member member : staying) {
      members.add(seat(member.node(), shared(member.slot(), size), size, member.lastChosen()));
    }
    return List.copyOf(members);
  }

  private static Member seat(String node, int slot, int[] size, long lastChosen) {
    size[slot]++;
    return new Member(node, slot, lastChosen);
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
   * Returns a turn that lasts for several periods; different classes use different ones of them.
   */
  static Role.Core longer(Role.Core turn, int periods, ClassKey key) {
    int own = (int) Math.floorMod(Rank.of(key.namespace(), key.policyClass()), (long) periods);
    return new Role.Core(turn.turn() * periods + own, turn.of() * periods);
  }
}
