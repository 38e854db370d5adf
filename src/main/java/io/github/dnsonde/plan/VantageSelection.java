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
 * Selects the vantages: in each namespace one pod for each policy class.
 *
 * <p>A chosen pod stays until it is gone or its address changes, whatever happens to it meanwhile.
 * A pod that cannot resolve names soon stops being Ready, and is then most needed. It stays even if
 * a changed policy puts two chosen pods into one class: if one of them were dropped, its failing
 * series would vanish in the middle of the incident. A class without a chosen pod gets one. So a
 * namespace may have more vantages than classes for a while. The budget makes them take turns, and
 * their number falls as pods go.
 *
 * <p>Two kinds of pod replace others of their class: a dedicated probe pod that is new, and any pod
 * whose network is known, in place of pods whose network is not known. A pod whose network is not
 * known is a vantage only if there is no other: its probes are then reported as untested.
 *
 * <p>No namespace has more vantages than the configuration allows. Tenants who may create pods and
 * policies decide how many classes there are, and each vantage has its own series. Chosen pods keep
 * their place; the other preferences follow.
 */
final class VantageSelection {

  private final LabelSelector dedicated;
  private final int most;
  private final Set<PodAddress> before;
  private final Comparator<NodePod> better;

  /**
   * Prepares a selection.
   *
   * @param dedicated selector of probe pods; the empty selector prefers none, since all pods match
   * @param most maximum number of vantages in one namespace
   * @param before the last plan
   */
  VantageSelection(LabelSelector dedicated, int most, Plan before) {
    this.dedicated = dedicated;
    this.most = most;
    this.before = before.vantages().stream().map(PodAddress::of).collect(toUnmodifiableSet());
    this.better =
        Comparator.comparing(NodePod::barred)
            .thenComparing((NodePod nodePod) -> nodePod.pod().deleting())
            .thenComparing(nodePod -> !isDedicated(nodePod.pod()))
            .thenComparing(nodePod -> !nodePod.pod().ready())
            .thenComparing(nodePod -> nodePod.pod().created())
            .thenComparing(nodePod -> nodePod.pod().name());
  }

  /** Returns the chosen ones; pods that cannot be vantages never are. */
  Set<NodePod> among(List<NodePod> applicants) {
    return applicants.stream()
        .filter(nodePod -> nodePod.vantage().isPresent())
        .collect(groupingBy(nodePod -> nodePod.pod().namespace()))
        .values()
        .stream()
        .flatMap(this::ofNamespace)
        .collect(toUnmodifiableSet());
  }

  private Stream<NodePod> ofNamespace(List<NodePod> applicants) {
    return applicants.stream().collect(groupingBy(NodePod::policyClass)).values().stream()
        .flatMap(this::ofClass)
        .sorted(
            Comparator.comparing((NodePod nodePod) -> !wasChosen(nodePod)).thenComparing(better))
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
            && staying.stream().noneMatch(nodePod -> isDedicated(nodePod.pod())));
  }

  private boolean wasChosen(NodePod nodePod) {
    return nodePod.vantage().map(PodAddress::of).filter(before::contains).isPresent();
  }

  private boolean isDedicated(Pod pod) {
    return dedicated.matches(pod.labels());
  }
}
