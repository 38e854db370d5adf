package io.github.dnsonde.plan;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.PodAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which pods are asked from: in each namespace one for each policy class.
 *
 * <p>Whoever was chosen stays, until its pod goes or its address changes, whatever becomes of it
 * meanwhile: a pod that cannot resolve soon stops being Ready, and is then the one that is needed.
 * It stays even when a changed policy puts two that were chosen into one class: were one of them
 * dropped, its failing series would vanish in the middle of the incident. A class that none of the
 * chosen is in gets one. So a namespace may have more vantages than classes for a while; the budget
 * makes them take turns, and they become fewer as pods go.
 *
 * <p>Two kinds of pod take over from the others of their class: a dedicated probe pod that is new,
 * and any pod whose network is known, from pods whose own is not. A pod whose network is not known
 * is a vantage only if there is no other: its probes are then reported as untested.
 *
 * <p>No namespace has more vantages than the configuration allows: who may make pods and policies
 * there decides how many classes there are, and each vantage has series of its own. Whoever was
 * chosen keeps its place, then come the pods that are preferred otherwise.
 */
final class VantageSelection {

  private final LabelSelector dedicated;
  private final int most;
  private final Set<PodAddress> before;
  private final Comparator<NodePod> better;

  /**
   * Prepares a choice.
   *
   * @param dedicated pods that exist to be asked from; the empty selector prefers none, since all
   *     are alike
   * @param most vantages of one namespace
   * @param before what was chosen last
   */
  VantageSelection(LabelSelector dedicated, int most, Plan before) {
    this.dedicated = dedicated;
    this.most = most;
    this.before = before.vantages().stream().map(PodAddress::of).collect(toUnmodifiableSet());
    this.better =
        Comparator.comparing(NodePod::barred)
            .thenComparing((NodePod each) -> each.pod().deleting())
            .thenComparing(each -> !isDedicated(each.pod()))
            .thenComparing(each -> !each.pod().ready())
            .thenComparing(each -> each.pod().created())
            .thenComparing(each -> each.pod().name());
  }

  /** Those chosen; pods that cannot be asked from never are. */
  Set<NodePod> among(List<NodePod> applicants) {
    return applicants.stream()
        .filter(each -> each.vantage().isPresent())
        .collect(groupingBy(each -> each.pod().namespace()))
        .values()
        .stream()
        .flatMap(this::ofNamespace)
        .collect(toUnmodifiableSet());
  }

  private Stream<NodePod> ofNamespace(List<NodePod> applicants) {
    return applicants.stream().collect(groupingBy(NodePod::policyClass)).values().stream()
        .flatMap(this::ofClass)
        .sorted(Comparator.comparing((NodePod each) -> !wasChosen(each)).thenComparing(better))
        .limit(most);
  }

  private Stream<NodePod> ofClass(List<NodePod> applicants) {
    List<NodePod> staying = applicants.stream().filter(this::wasChosen).toList();
    Optional<NodePod> first = applicants.stream().min(better);
    return first.filter(best -> takesOver(best, staying)).isPresent()
        ? first.stream()
        : staying.stream();
  }

  private boolean takesOver(NodePod first, List<NodePod> staying) {
    return staying.isEmpty()
        || (!first.barred() && staying.stream().allMatch(NodePod::barred))
        || (isDedicated(first.pod())
            && !first.barred()
            && !first.pod().deleting()
            && staying.stream().noneMatch(each -> isDedicated(each.pod())));
  }

  private boolean wasChosen(NodePod nodePod) {
    return nodePod.vantage().map(PodAddress::of).filter(before::contains).isPresent();
  }

  private boolean isDedicated(Pod pod) {
    return dedicated.matches(pod.labels());
  }
}
