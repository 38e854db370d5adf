package io.github.dnsonde.lint;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.lint.Inventory.Foreign;
import io.github.dnsonde.lint.Inventory.Rejected;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that bears on the pods of one namespace in one unit.
 *
 * @param unit what it is a part of
 * @param folder the last of the folders that it is from, or the unit's
 * @param namespace its name, or {@link #NAMELESS}
 * @param isolating its policies that isolate pods for egress
 * @param others its other policies
 * @param rejected its manifests of policies that no API server takes
 * @param foreign policies of other kinds that bear on it
 * @param workloads what makes its pods, as far as the input tells
 */
record NamespaceScope(
    Unit unit,
    Path folder,
    String namespace,
    List<LocatedPolicy> isolating,
    List<LocatedPolicy> others,
    List<Rejected> rejected,
    List<Foreign> foreign,
    List<Workload> workloads) {

  /** Where manifests go that leave it to whoever applies them; no namespace can be called so. */
  static final String NAMELESS = "(no namespace)";

  /** Where policies are that bear on all namespaces. */
  static final String EVERY = "(every namespace)";

  NamespaceScope {
    isolating = List.copyOf(isolating);
    others = List.copyOf(others);
    rejected = List.copyOf(rejected);
    foreign = List.copyOf(foreign);
    workloads = List.copyOf(workloads);
  }

  /** As manifests write it: empty where they do not. */
  static String shown(String namespace) {
    return namespace.equals(NAMELESS) ? "" : namespace;
  }

  /** The unit for people; of folders, the one folder. */
  String shownUnit() {
    return unit.kind() == Unit.Kind.FOLDERS ? Units.shown(folder) : unit.toString();
  }

  /**
   * Whether a policy's place does not tell the unit: it is a file of another that this one uses.
   */
  boolean isOutside(LocatedPolicy policy) {
    return unit.kind() == Unit.Kind.BUILT
        || (unit.kind() == Unit.Kind.KUSTOMIZATION
            && !policy.document().sourceFile().path().startsWith(unit.folder()));
  }

  /** Whether both may be in one cluster, although they were judged apart. */
  boolean mayMeet(NamespaceScope other, Stages stages) {
    return !isSame(other)
        && (other.namespace.equals(EVERY)
            || (namespace.equals(other.namespace) && !namespace.equals(NAMELESS)))
        && unit.kind() != Unit.Kind.GIVEN
        && other.unit.kind() != Unit.Kind.GIVEN
        && isolating.stream().noneMatch(other::has)
        && !stages.areApart(folder, other.folder);
  }

  private boolean isSame(NamespaceScope other) {
    return namespace.equals(other.namespace)
        && folder.equals(other.folder)
        && unit.kind() == other.unit.kind()
        && unit.folder().equals(other.unit.folder());
  }

  /**
   * Whether it has a policy of that name: then each belongs to a cluster of its own. Folders may
   * share those above them.
   */
  private boolean has(LocatedPolicy policy) {
    for (LocatedPolicy each : isolating) {
      if (each.policy().name().equals(policy.policy().name())
          && (unit.kind() != Unit.Kind.FOLDERS
              || !each.document().sourceFile().equals(policy.document().sourceFile()))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Pods that the same policies isolate, and that the same things may save: what holds of one of
   * them holds of all.
   *
   * @param elsewhere further workloads of the namespace
   * @param isJudged whether pods with such labels ask DNS, and are not DNS themselves
   * @param savedBy what may save pods, however it is told apart
   */
  List<Alike> classes(
      List<Workload> elsewhere, Predicate<Labels> isJudged, Function<Workload, Object> savedBy) {
    Selection selection = new Selection(isolating);
    List<Workload> real = Stream.concat(workloads.stream(), elsewhere.stream()).toList();
    List<Workload> all =
        Stream.concat(real.stream().filter(Workload::asks), made(real, selection).stream())
            .filter(each -> isJudged.test(each.labels()))
            .toList();
    Map<List<Integer>, List<Workload>> byPolicies =
        all.stream()
            .collect(groupingBy(each -> selection.of(each.labels()), LinkedHashMap::new, toList()));
    byPolicies.remove(List.of());
    return byPolicies.entrySet().stream()
        .flatMap(
            entry ->
                alike(
                    entry.getKey().stream().map(isolating::get).toList(),
                    entry.getValue(),
                    savedBy))
        .toList();
  }

  /** Pods for the policies that select none, and for the values that none of those has. */
  private List<Workload> made(List<Workload> real, Selection selection) {
    boolean[] met = new boolean[isolating.size()];
    real.forEach(each -> selection.of(each.labels()).forEach(index -> met[index] = true));
    List<LabelSelector> selectors =
        isolating.stream().map(each -> each.policy().selects()).distinct().toList();
    PodClasses classes = new PodClasses(selectors);
    List<LabelSelector> open =
        IntStream.range(0, isolating.size())
            .filter(index -> !met[index])
            .mapToObj(index -> isolating.get(index).policy().selects())
            .distinct()
            .toList();
    List<Workload> made = new ArrayList<>();
    open.forEach(each -> made.addAll(classes.matching(each)));
    selectors.stream()
        .filter(each -> !open.contains(each) && !each.matchExpressions().isEmpty())
        .flatMap(each -> classes.matching(each).stream())
        .filter(each -> isNamedAndMissing(each, real))
        .forEach(made::add);
    return made;
  }

  private static boolean isNamedAndMissing(Workload made, List<Workload> real) {
    return made.made().filter(each -> each.written().equals(made.labels())).isPresent()
        && real.stream()
            .noneMatch(
                each ->
                    each.labels()
                        .values()
                        .entrySet()
                        .containsAll(made.labels().values().entrySet()));
  }

  /** Pods that exist come first, and made-up ones are not told beside them. */
  private Stream<Alike> alike(
      List<LocatedPolicy> by, List<Workload> members, Function<Workload, Object> savedBy) {
    List<Workload> real = members.stream().filter(each -> each.made().isEmpty()).toList();
    List<Workload> told = real.isEmpty() ? members : real;
    return told.stream()
        .collect(groupingBy(savedBy, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .map(
            each ->
                new Alike(
                    this,
                    by,
                    each,
                    Pods.of(namespace, each.getFirst().labels(), List.of(), List.of())));
  }

  /**
   * Pods that fare the same.
   *
   * @param by the policies that isolate them; at least one
   * @param members what makes them
   * @param pod one of them
   */
  record Alike(NamespaceScope at, List<LocatedPolicy> by, List<Workload> members, Pod pod) {

    Alike {
      by = List.copyOf(by);
      members = List.copyOf(members);
    }

    /** The same pods, had they the labels by which further policies select them. */
    Alike with(List<LocatedPolicy> more) {
      Stream<LocatedPolicy> selecting =
          more.stream().map(each -> new LocatedPolicy(forAll(each.policy()), each.document()));
      return new Alike(at, Stream.concat(by.stream(), selecting).toList(), members, pod);
    }

    private static NetworkPolicy forAll(NetworkPolicy policy) {
      return new NetworkPolicy(
          policy.namespace(),
          policy.name(),
          LabelSelector.EVERYTHING,
          policy.ingress(),
          policy.egress(),
          policy.origin());
    }

    /** Who they are, for people. */
    List<String> who() {
      return members.stream().map(Workload::who).distinct().toList();
    }

    /** Whether a policy selects them, or may select one of them where they are made up. */
    boolean maybeSelectedBy(LocatedPolicy policy) {
      LabelSelector selector = policy.policy().selects();
      return selector.matches(pod.labels())
          || members.stream().anyMatch(each -> each.mayMatch(selector));
    }

    /** All NetworkPolicies that bear on them, and others that take names. */
    PolicySet policies(Map<String, Labels> namespaces) {
      return new PolicySet(
          namespaces,
          Stream.concat(by.stream(), at.others.stream()).map(LocatedPolicy::policy).toList(),
          List.of(),
          List.of());
    }

    Optional<LocatedPolicy> named(String policy) {
      return by.stream().filter(each -> each.policy().name().equals(policy)).findFirst();
    }

    /** The one that is for all pods, where there is one: it is the one that cuts off. */
    LocatedPolicy widest() {
      return by.stream()
          .filter(each -> each.policy().selects().equals(LabelSelector.EVERYTHING))
          .findFirst()
          .orElse(by.getFirst());
    }
  }
}
