package io.github.dnsonde.lint;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that bears on the pods of one namespace.
 *
 * @param namespace its name, or {@link #NAMELESS}
 * @param isolating its policies that isolate pods for egress
 * @param others its other policies
 * @param invalid its manifests of policies that no API server takes
 * @param foreign policies of other kinds that bear on it
 * @param workloads what makes its pods, as far as the input tells
 */
record Neighbourhood(
    String namespace,
    List<Located> isolating,
    List<Located> others,
    List<InvalidPolicy> invalid,
    List<ForeignPolicy> foreign,
    List<Workload> workloads) {

  /** Where manifests go that leave it to whoever applies them; no namespace can be called so. */
  static final String NAMELESS = "(no namespace)";

  Neighbourhood {
    isolating = List.copyOf(isolating);
    others = List.copyOf(others);
    invalid = List.copyOf(invalid);
    foreign = List.copyOf(foreign);
    workloads = List.copyOf(workloads);
  }

  /** As manifests write it: empty where they do not. */
  static String shown(String namespace) {
    return namespace.equals(NAMELESS) ? "" : namespace;
  }

  /** Pods that the same policies isolate: what holds of one of them holds of all. */
  List<Alike> classes() {
    Selection selection = new Selection(isolating);
    List<Workload> all = new ArrayList<>(workloads);
    boolean[] met = new boolean[isolating.size()];
    workloads.forEach(each -> selection.of(each.labels()).forEach(index -> met[index] = true));
    IntStream.range(0, isolating.size())
        .filter(index -> !met[index])
        .mapToObj(index -> isolating.get(index).policy().selects())
        .distinct()
        .flatMap(selector -> Workload.madeFor(selector).stream())
        .forEach(all::add);
    return alike(all, selection);
  }

  private List<Alike> alike(List<Workload> all, Selection selection) {
    Map<List<Integer>, List<Workload>> classes =
        all.stream()
            .collect(groupingBy(each -> selection.of(each.labels()), LinkedHashMap::new, toList()));
    return classes.entrySet().stream()
        .filter(entry -> !entry.getKey().isEmpty())
        .map(
            entry ->
                new Alike(
                    this,
                    entry.getKey().stream().map(isolating::get).toList(),
                    entry.getValue().stream().map(Workload::who).toList(),
                    pod(entry.getValue().getFirst().labels())))
        .filter(each -> !each.isDoubtful())
        .toList();
  }

  private Pod pod(Labels labels) {
    return Pods.of(namespace, labels, List.of(), List.of());
  }

  /**
   * Pods that fare the same.
   *
   * @param by the policies that isolate them; at least one
   * @param who they are, for people
   * @param pod one of them
   */
  record Alike(Neighbourhood at, List<Located> by, List<String> who, Pod pod) {

    /** Whether a policy that is rejected may be meant for them. */
    private boolean isDoubtful() {
      return at.invalid.stream()
          .anyMatch(each -> each.directions().contains(Direction.EGRESS) && each.maySelect(pod));
    }

    /** All that bears on them, and others that take names. */
    PolicySet policies(Map<String, Labels> namespaces) {
      return new PolicySet(
          namespaces,
          Stream.concat(by.stream(), at.others.stream()).map(Located::policy).toList(),
          List.of(),
          at.foreign);
    }

    Optional<Located> named(String policy) {
      return by.stream().filter(each -> each.policy().name().equals(policy)).findFirst();
    }

    /** The one that is for all pods, where there is one: it is the one that cuts off. */
    Located widest() {
      return by.stream()
          .filter(each -> each.policy().selects().equals(LabelSelector.EVERYTHING))
          .findFirst()
          .orElse(by.getFirst());
    }
  }
}
