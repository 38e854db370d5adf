package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The policies that select a pod, found without checking each of many: most name a label that few
 * pods have.
 */
final class Selection {

  private final List<LocatedPolicy> all;
  private final Map<Map.Entry<String, String>, List<Integer>> byLabel = new HashMap<>();
  private final List<Integer> others = new ArrayList<>();

  Selection(List<LocatedPolicy> all) {
    this.all = List.copyOf(all);
    IntStream.range(0, all.size()).forEach(index -> bucket(all.get(index)).add(index));
  }

  private List<Integer> bucket(LocatedPolicy each) {
    return each.policy().selects().matchLabels().entrySet().stream()
        .min(Map.Entry.comparingByKey())
        .map(label -> byLabel.computeIfAbsent(label, _ -> new ArrayList<>()))
        .orElse(others);
  }

  /** The indexes of the policies, in order. */
  List<Integer> of(Labels labels) {
    Stream<Integer> candidates =
        labels.values().entrySet().stream()
            .flatMap(label -> byLabel.getOrDefault(label, List.of()).stream());
    return Stream.concat(candidates, others.stream())
        .filter(index -> all.get(index).policy().selects().matches(labels))
        .sorted()
        .toList();
  }
}
