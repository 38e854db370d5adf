package io.github.dnsonde.merge;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The nodes that a cause concerns, in words.
 *
 * @param affected the affected nodes; at least one
 * @param comparable all nodes that could be affected
 * @param zones the zones of nodes, as far as they are known
 */
record Where(Set<String> affected, Set<String> comparable, Map<String, String> zones) {

  /** More names would not help a reader. */
  private static final int NAMES = 3;

  /**
   * {@code on 12 of 12 nodes}, {@code on all 4 nodes of zone b and on no other}, {@code on node2 (1
   * of 12 nodes)}.
   *
   * @param which describes the nodes that were compared, such as {@code that run its pods}
   */
  String words(String which) {
    String of = nodes(comparable.size()) + (which.isEmpty() ? "" : " " + which);
    if (isEverywhere()) {
      return "on " + affected.size() + " of " + of;
    }
    Optional<List<String>> together = wholeZones();
    if (together.isPresent()) {
      List<String> names = together.get();
      return "on all "
          + affected.size()
          + " nodes of "
          + (names.size() == 1 ? "zone " : "zones ")
          + String.join(", ", names)
          + " and on no other";
    }
    return affected.size() <= NAMES
        ? "on "
            + String.join(", ", new TreeSet<>(affected))
            + " ("
            + affected.size()
            + " of "
            + of
            + ")"
        : "on " + affected.size() + " of " + of;
  }

  boolean isEverywhere() {
    return affected.containsAll(comparable);
  }

  /**
   * The zones that fail as a whole, if nothing else does. One node alone shows nothing about its
   * zone.
   */
  Optional<List<String>> wholeZones() {
    if (isEverywhere() || !zones.keySet().containsAll(comparable)) {
      return Optional.empty();
    }
    Map<String, Set<String>> byZone =
        comparable.stream()
            .collect(
                groupingBy(
                    node -> zones.getOrDefault(node, ""),
                    TreeMap::new,
                    mapping(node -> node, toCollection(TreeSet::new))));
    List<String> touched =
        byZone.entrySet().stream()
            .filter(entry -> entry.getValue().stream().anyMatch(affected::contains))
            .map(Map.Entry::getKey)
            .collect(Collectors.toList());
    boolean whole =
        touched.stream()
            .map(zone -> byZone.getOrDefault(zone, Set.of()))
            .allMatch(nodes -> nodes.size() > 1 && affected.containsAll(nodes));
    return whole ? Optional.of(touched) : Optional.empty();
  }

  private static String nodes(int number) {
    return number + (number == 1 ? " node" : " nodes");
  }
}
