package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.LabelSelector.Operator;
import io.github.dnsonde.cluster.LabelSelector.Requirement;
import io.github.dnsonde.cluster.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The pods that a selector can match, classified by every value that the policies of the namespace
 * give to the selector's keys. Policies treat two pods alike if these agree.
 */
final class PodClasses {

  /** A value that no policy names. */
  private static final String OTHER = "other";

  /** The most combinations; beyond that, one key is varied at a time. */
  private static final int MOST = 256;

  private final Map<String, Set<String>> values = new HashMap<>();

  /** Creates classes by the values in these selectors. */
  PodClasses(List<LabelSelector> all) {
    all.forEach(this::add);
  }

  /** The labels of pods that a selector can match, by its own values. */
  static List<Map<String, String>> labels(LabelSelector selector) {
    return selector.matchExpressions().isEmpty()
        ? List.of(selector.matchLabels())
        : new PodClasses(List.of(selector)).labelsFor(selector);
  }

  private void add(LabelSelector selector) {
    selector.matchLabels().forEach((key, value) -> of(key).add(value));
    selector.matchExpressions().forEach(each -> of(each.key()).addAll(each.values()));
  }

  private Set<String> of(String key) {
    return values.computeIfAbsent(key, _ -> new TreeSet<>());
  }

  /** Returns one pod of each class; empty if the selector contradicts itself. */
  List<Workload> matching(LabelSelector selector) {
    return labelsFor(selector).stream().map(labels -> workload(selector, labels)).toList();
  }

  private List<Map<String, String>> labelsFor(LabelSelector selector) {
    Map<String, List<Optional<String>>> choices = new TreeMap<>();
    for (Requirement each : selector.matchExpressions()) {
      if (!selector.matchLabels().containsKey(each.key())) {
        choices.put(each.key(), choices(each.key(), selector));
      }
    }
    return combinations(choices).stream()
        .map(chosen -> labels(selector, chosen))
        .filter(each -> selector.matches(new Labels(each)))
        .toList();
  }

  private static Map<String, String> labels(LabelSelector selector, Map<String, String> chosen) {
    Map<String, String> labels = new TreeMap<>(selector.matchLabels());
    labels.putAll(chosen);
    return labels;
  }

  private static Workload workload(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> written = new HashMap<>(labels);
    Set<String> named = new HashSet<>(selector.matchLabels().keySet());
    selector.matchExpressions().stream()
        .filter(each -> each.operator() == Operator.IN)
        .forEach(each -> named.add(each.key()));
    written.keySet().retainAll(named);
    return Workload.made(selector, labels, new Labels(written));
  }

  /**
   * Returns the values of a key that each requirement of the selector allows; an empty one means no
   * label.
   */
  private List<Optional<String>> choices(String key, LabelSelector selector) {
    Set<Optional<String>> all = new LinkedHashSet<>();
    all.add(Optional.empty());
    Set<String> known = values.getOrDefault(key, Set.of());
    known.forEach(value -> all.add(Optional.of(value)));
    all.add(Optional.of(known.contains(OTHER) ? OTHER + "-" + known.size() : OTHER));
    return all.stream().filter(each -> isAllowed(key, each, selector)).toList();
  }

  private static boolean isAllowed(String key, Optional<String> value, LabelSelector selector) {
    Labels alone = value.map(each -> new Labels(Map.of(key, each))).orElse(Labels.NONE);
    return selector.matchExpressions().stream()
        .filter(each -> each.key().equals(key))
        .allMatch(each -> new LabelSelector(Map.of(), List.of(each)).matches(alone));
  }

  private static List<Map<String, String>> combinations(
      Map<String, List<Optional<String>>> choices) {
    if (choices.values().stream().anyMatch(List::isEmpty)) {
      return List.of();
    }
    long count = 1;
    for (List<Optional<String>> each : choices.values()) {
      count = Math.min(MOST + 1L, count * each.size());
    }
    return count <= MOST ? all(choices) : oneByOne(choices);
  }

  private static List<Map<String, String>> all(Map<String, List<Optional<String>>> choices) {
    List<Map<String, String>> all = List.of(Map.of());
    for (Map.Entry<String, List<Optional<String>>> each : choices.entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> chosen : all) {
        each.getValue().forEach(value -> longer.add(with(chosen, each.getKey(), value)));
      }
      all = longer;
    }
    return all;
  }

  private static List<Map<String, String>> oneByOne(Map<String, List<Optional<String>>> choices) {
    Map<String, String> first = new LinkedHashMap<>();
    choices.forEach((key, all) -> all.getFirst().ifPresent(value -> first.put(key, value)));
    Set<Map<String, String>> all = new LinkedHashSet<>();
    choices.forEach((key, own) -> own.forEach(value -> all.add(with(first, key, value))));
    return List.copyOf(all);
  }

  private static Map<String, String> with(
      Map<String, String> chosen, String key, Optional<String> value) {
    Map<String, String> all = new LinkedHashMap<>(chosen);
    all.remove(key);
    value.ifPresent(each -> all.put(key, each));
    return all;
  }
}
