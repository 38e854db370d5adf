package io.github.dnsonde.lint;

import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.lint.Inventory.Foreign;
import io.github.dnsonde.lint.Inventory.Rejected;
import io.github.dnsonde.lint.NamespaceScope.AlikePods;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The reasons why DNS may work for pods although the policies of their unit deny it. None of them
 * is certain, so the finding remains, as a warning that names them.
 */
final class Reservations {

  private static final int NAMED = 3;

  private final Function<AlikePods, DnsReachabilityCheck> judge;
  private final AlikePods pods;
  private final List<NamespaceScope> elsewhere;

  /**
   * Creates the reservations about pods.
   *
   * @param elsewhere policies of the same namespace in units that may be in the same cluster
   */
  Reservations(
      ClusterDns clusterDns,
      Map<String, Labels> namespaces,
      AlikePods pods,
      List<NamespaceScope> elsewhere) {
    this.judge = other -> new DnsReachabilityCheck(clusterDns, namespaces, other, false);
    this.pods = pods;
    this.elsewhere = List.copyOf(elsewhere);
  }

  /** Returns a finding with all the reasons that may invalidate it. */
  ViolationDraft about(ViolationDraft violationDraft) {
    List<String> all =
        Stream.of(labels(violationDraft), others(), apart(violationDraft), patched())
            .flatMap(List::stream)
            .toList();
    return all.isEmpty() ? violationDraft : violationDraft.unless(String.join(", or ", all));
  }

  /** Made-up pods may have labels by which further policies select them. */
  private List<String> labels(ViolationDraft violationDraft) {
    if (pods.members().stream().anyMatch(each -> each.made().isEmpty())) {
      return List.of();
    }
    List<LocatedPolicy> more =
        pods.at().isolating().stream()
            .filter(each -> !pods.by().contains(each) && pods.maybeSelectedBy(each))
            .toList();
    return saving(violationDraft, more).stream()
        .map(all -> names(all) + " also selects them, which nothing here shows")
        .toList();
  }

  private List<String> others() {
    return others(pods.at(), elsewhere).apply(pods.members().getFirst());
  }

  /** Returns the exceptions that may save a workload's pods, to distinguish workloads. */
  static Function<Workload, Object> saving(NamespaceScope at, List<NamespaceScope> elsewhere) {
    Function<Workload, List<String>> others = others(at, elsewhere);
    boolean areReal =
        !at.workloads().isEmpty()
            || elsewhere.stream().anyMatch(each -> !each.workloads().isEmpty());
    Selection apart =
        new Selection(
            areReal
                ? elsewhere.stream().flatMap(each -> each.isolating().stream()).toList()
                : List.of());
    return workload ->
        List.of(
            others.apply(workload),
            workload.made().isEmpty() ? apart.of(workload.labels()) : List.of());
  }

  /**
   * Returns the policies that may save a workload's pods and that lint does not evaluate: those of
   * other kinds, and those that are rejected as they are.
   *
   * @param at the scope of the workload's pods
   * @param elsewhere the scopes that may be in the same cluster
   */
  static Function<Workload, List<String>> others(
      NamespaceScope at, List<NamespaceScope> elsewhere) {
    List<Foreign> foreign =
        Stream.concat(Stream.of(at), elsewhere.stream())
            .flatMap(each -> each.foreign().stream())
            .filter(each -> each.policy().allows().contains(Direction.EGRESS))
            .distinct()
            .toList();
    List<Rejected> rejected =
        at.rejected().stream()
            .filter(each -> each.policy().directions().contains(Direction.EGRESS))
            .toList();
    return workload ->
        Stream.concat(
                foreign.stream()
                    .filter(each -> mayAllow(each.policy(), workload, at.namespace()))
                    .map(each -> each.shown() + " allows it"),
                rejected.stream()
                    .filter(each -> each.policy().selects().stream().allMatch(workload::mayMatch))
                    .map(
                        each ->
                            each.document().name()
                                + ", which is rejected as it is, allows it once fixed"))
            .distinct()
            .toList();
  }

  private static boolean mayAllow(ForeignPolicy policy, Workload workload, String namespace) {
    return policy.subject().pods().stream()
        .flatMap(selector -> workload.matching(selector).stream())
        .map(labels -> Pods.of(namespace, labels, List.of(), List.of()))
        .anyMatch(pod -> policy.mayDecide(pod, Direction.EGRESS, true));
  }

  private List<String> apart(ViolationDraft violationDraft) {
    List<LocatedPolicy> more =
        elsewhere.stream()
            .flatMap(each -> each.isolating().stream())
            .filter(pods::maybeSelectedBy)
            .toList();
    return saving(violationDraft, more).stream()
        .map(
            all ->
                files(all)
                    + ", checked separately, is applied to the same cluster (--unit joins folders)")
        .toList();
  }

  private List<String> patched() {
    boolean any =
        pods.by().stream()
            .anyMatch(each -> pods.at().unit().patched().contains(each.policy().name()));
    return any
        ? List.of(
            "the patches of " + pods.at().unit().shown() + " change it (--build applies them)")
        : List.of();
  }

  /**
   * Returns the policies that would each resolve the finding, or all of them if only all together
   * would.
   */
  private List<List<LocatedPolicy>> saving(
      ViolationDraft violationDraft, List<LocatedPolicy> more) {
    if (more.isEmpty() || isFound(violationDraft, more)) {
      return List.of();
    }
    List<LocatedPolicy> alone = new ArrayList<>();
    for (LocatedPolicy each : more) {
      if (alone.size() <= NAMED && !isFound(violationDraft, List.of(each))) {
        alone.add(each);
      }
    }
    return List.of(alone.isEmpty() ? more : alone);
  }

  private boolean isFound(ViolationDraft violationDraft, List<LocatedPolicy> more) {
    return judge.apply(pods.with(more)).findings().stream()
        .anyMatch(each -> each.rule() == violationDraft.rule());
  }

  private static String names(List<LocatedPolicy> all) {
    return some(all.stream().map(each -> each.policy().name()));
  }

  private static String files(List<LocatedPolicy> all) {
    return some(all.stream().map(each -> each.document().place().toString()));
  }

  private static String some(Stream<String> words) {
    List<String> all = words.distinct().toList();
    String first = all.stream().limit(NAMED).collect(Collectors.joining(" or "));
    return all.size() > NAMED ? first + " or another" : first;
  }
}
