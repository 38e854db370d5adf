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
 * Everything that affects the pods of one namespace in one unit.
 *
 * @param unit the unit that it is part of
 * @param folder the last of its folders, or the unit's
 * @param namespace its name, or {@link #NAMELESS}
 * @param isolating its policies that isolate pods for egress
 * @param others its other policies
 * @param rejected its manifests of policies that no API server accepts
 * @param foreign policies of other kinds that affect it
 * @param workloads the workloads of its pods, as far as they are in the input
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

  /** The namespace of manifests that do not specify one; no namespace can have this name. */
  static final String NAMELESS = "(no namespace)";

  /** The namespace of policies that affect all namespaces. */
  static final String EVERY = "(every namespace)";

  NamespaceScope {
    isolating = List.copyOf(isolating);
    others = List.copyOf(others);
    rejected = List.copyOf(rejected);
    foreign = List.copyOf(foreign);
    workloads = List.copyOf(workloads);
  }

  /** The name as manifests have it: empty if they have none. */
  static String shown(String namespace) {
    return namespace.equals(NAMELESS) ? "" : namespace;
  }

  /** The unit for people; in a unit of folders, the single folder. */
  String shownUnit() {
    return unit.kind() == Unit.Kind.FOLDERS ? Units.shown(folder) : unit.toString();
  }

  /**
   * Returns true if a policy's location does not identify the unit: its file belongs to another
   * unit that this one includes.
   */
  boolean isOutside(LocatedPolicy policy) {
    return unit.kind() == Unit.Kind.BUILT
        || (unit.kind() == Unit.Kind.KUSTOMIZATION
            && !policy.document().sourceFile().path().startsWith(unit.folder()));
  }

  /** Returns true if both may be in one cluster, although they were checked separately. */
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
   * Returns true if it has a policy of that name: then each belongs to a cluster of its own.
   * Folders may share those above them.
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
   * Returns groups of pods that the same policies isolate, and that the same exceptions may save: a
   * verdict for one of them holds for all.
   *
   * @param elsewhere further workloads of the namespace
   * @param isJudged whether pods with such labels query DNS, and are not DNS pods themselves
   * @param savedBy the exceptions that may save pods, in any comparable form
   */
  List<AlikePods> classes(
      List<Workload> elsewhere, Predicate<Labels> isJudged, Function<Workload, Object> savedBy) {
    Selection selection = new Selection(isolating);
    List<Workload> real = Stream.concat(workloads.stream(), elsewhere.stream()).toList();
    List<Workload> all =
        Stream.concat(
                real.stream().filter(Workload::usesClusterDns), made(real, selection).stream())
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

  /**
   * Returns pods for the policies that select none, and for label values that no existing pod has.
   */
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
        && real.stream().noneMatch(each -> each.labels().containsAll(made.labels()));
  }

  /** Existing pods come first, and are reported without the made-up ones. */
  private Stream<AlikePods> alike(
      List<LocatedPolicy> by, List<Workload> members, Function<Workload, Object> savedBy) {
    List<Workload> real = members.stream().filter(each -> each.made().isEmpty()).toList();
    List<Workload> told = real.isEmpty() ? members : real;
    return told.stream()
        .collect(groupingBy(savedBy, LinkedHashMap::new, toList()))
        .values()
        .stream()
        .map(
            each ->
                new AlikePods(
                    this,
                    by,
                    each,
                    Pods.of(namespace, each.getFirst().labels(), List.of(), List.of())));
  }

  /**
   * Pods with the same verdict.
   *
   * @param by the policies that isolate them; at least one
   * @param members their workloads
   * @param pod one of them
   */
  record AlikePods(NamespaceScope at, List<LocatedPolicy> by, List<Workload> members, Pod pod) {

    AlikePods {
      by = List.copyOf(by);
      members = List.copyOf(members);
    }

    /** Returns the same pods, as if they had the labels by which further policies select them. */
    AlikePods with(List<LocatedPolicy> more) {
      Stream<LocatedPolicy> selecting =
          more.stream().map(each -> new LocatedPolicy(forAll(each.policy()), each.document()));
      return new AlikePods(at, Stream.concat(by.stream(), selecting).toList(), members, pod);
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

    /** The names of the pods, for people. */
    List<String> who() {
      return members.stream().map(Workload::who).distinct().toList();
    }

    /** Returns true if a policy selects them, or may select one of them if they are made up. */
    boolean maybeSelectedBy(LocatedPolicy policy) {
      LabelSelector selector = policy.policy().selects();
      return selector.matches(pod.labels())
          || members.stream().anyMatch(each -> each.mayMatch(selector));
    }

    /** All NetworkPolicies that affect them, and others that use the same names. */
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

    /** A policy for all pods, if there is one: that is the one that denies DNS. */
    LocatedPolicy widest() {
      return by.stream()
          .filter(each -> each.policy().selects().equals(LabelSelector.EVERYTHING))
          .findFirst()
          .orElse(by.getFirst());
    }
  }
}
