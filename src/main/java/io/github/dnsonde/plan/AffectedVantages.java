package io.github.dnsonde.plan;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.OtherPolicies;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.Service;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Vantage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The changes between two views of the cluster that may affect which traffic policies allow. */
public final class AffectedVantages {

  /**
   * Namespaces in which a NetworkPolicy was added, removed or changed. Existing policies that
   * become known for the first time are not changes.
   */
  private final Set<String> policies;

  /** Policies of other kinds that were added, removed or changed, as before and as now. */
  private final Set<ForeignPolicy> others;

  /** Namespaces whose labels changed. */
  private final Set<String> namespaces;

  /** Pods whose traffic one of the policies of other kinds may decide. */
  private final Set<NamespacedName> meant;

  /** Pods whose labels changed. */
  private final Set<NamespacedName> pods;

  private final Set<NamespacedName> dnsPods;
  private final boolean dnsMeant;

  private AffectedVantages(ClusterView before, ClusterView after) {
    this.policies = new HashSet<>(changedPolicies(before.policies(), after.policies()));
    policies.addAll(changedInvalid(before.gaps().invalid(), after.gaps().invalid()));
    policies.removeIf(
        namespace ->
            before.gaps().ofPolicies(namespace).isPresent()
                || after.gaps().ofPolicies(namespace).isPresent());
    this.others = OtherPolicies.changed(before.foreignPolicies(), after.foreignPolicies());
    this.meant = others.isEmpty() ? Set.of() : meant(after.pods());
    this.namespaces = relabelled(before.namespaces(), after.namespaces());
    this.pods = relabelled(labels(before.pods()), labels(after.pods()));
    this.dnsPods = relabelled(labels(before.dnsPods()), labels(after.dnsPods()));
    this.dnsMeant = meansDns(before.dnsPods(), after.dnsPods());
  }

  /**
   * Returns the vantages whose results may change, and which are therefore queried again at once.
   * These are the vantages whose namespace's policies or labels changed, or their pod's labels, or
   * a policy of another kind that may apply to their pod. If those of the cluster's DNS changed,
   * all vantages are affected, since a policy may isolate the DNS pods. A pod that is added or
   * removed does not affect others: CoreDNS may restart at any rate.
   *
   * @param before the earlier view; nothing is affected if it was empty
   * @param plan the plan with the vantages
   */
  public static Set<Vantage> touched(ClusterView before, ClusterView after, Plan plan) {
    if (before.equals(ClusterView.EMPTY) || before.equals(after)) {
      return Set.of();
    }
    AffectedVantages affectedVantages = new AffectedVantages(before, after);
    boolean all = affectedVantages.touchDns(after.kubeDns());
    return plan.vantages().stream()
        .filter(vantage -> all || affectedVantages.touch(vantage))
        .collect(toUnmodifiableSet());
  }

  private boolean touch(Vantage vantage) {
    return touchNamespace(vantage.namespace())
        || pods.contains(name(vantage))
        || meant.contains(name(vantage));
  }

  private boolean touchDns(Optional<Service> kubeDns) {
    return dnsMeant
        || !dnsPods.isEmpty()
        || kubeDns.filter(dns -> touchNamespace(dns.namespace())).isPresent();
  }

  private static NamespacedName name(Vantage vantage) {
    return new NamespacedName(vantage.namespace(), vantage.pod());
  }

  private Set<NamespacedName> meant(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> mayDecide(pod, Direction.EGRESS))
        .map(pod -> new NamespacedName(pod.namespace(), pod.name()))
        .collect(toUnmodifiableSet());
  }

  private boolean meansDns(List<Pod> before, List<Pod> after) {
    return Stream.concat(before.stream(), after.stream())
        .anyMatch(
            pod -> Stream.of(Direction.values()).anyMatch(direction -> mayDecide(pod, direction)));
  }

  private boolean mayDecide(Pod pod, Direction direction) {
    return others.stream().anyMatch(each -> each.mayDecide(pod, direction, false));
  }

  private boolean touchNamespace(String namespace) {
    return policies.contains(namespace) || namespaces.contains(namespace);
  }

  private static Set<String> changedPolicies(
      List<NetworkPolicy> before, List<NetworkPolicy> after) {
    if (before.equals(after)) {
      return Set.of(); // the usual case: pods change far more often
    }
    Map<NamespacedName, NetworkPolicy> old = byName(before);
    Map<NamespacedName, NetworkPolicy> current = byName(after);
    return Stream.concat(old.keySet().stream(), current.keySet().stream())
        .filter(name -> !sameRules(old.get(name), current.get(name)))
        .map(NamespacedName::namespace)
        .collect(toUnmodifiableSet());
  }

  private static Set<String> changedInvalid(List<InvalidPolicy> before, List<InvalidPolicy> after) {
    Set<InvalidPolicy> old = Set.copyOf(before);
    Set<InvalidPolicy> current = Set.copyOf(after);
    return Stream.concat(
            old.stream().filter(policy -> !current.contains(policy)),
            current.stream().filter(policy -> !old.contains(policy)))
        .map(InvalidPolicy::namespace)
        .collect(toUnmodifiableSet());
  }

  private static boolean sameRules(@Nullable NetworkPolicy before, @Nullable NetworkPolicy after) {
    return before != null && after != null && before.rulesLike(after);
  }

  private static Map<NamespacedName, NetworkPolicy> byName(List<NetworkPolicy> policies) {
    return policies.stream().collect(toMap(NetworkPolicy::namespacedName, identity()));
  }

  private static Map<NamespacedName, Labels> labels(List<Pod> pods) {
    return pods.stream()
        .collect(toMap(pod -> new NamespacedName(pod.namespace(), pod.name()), Pod::labels));
  }

  /** Returns the keys that are in both, with different labels. */
  private static <K> Set<K> relabelled(Map<K, Labels> before, Map<K, Labels> after) {
    Set<K> both = new HashSet<>(before.keySet());
    both.retainAll(after.keySet());
    both.removeIf(key -> Objects.equals(before.get(key), after.get(key)));
    return both;
  }
}
