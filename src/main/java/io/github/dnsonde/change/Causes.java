package io.github.dnsonde.change;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.PathVerdict;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.policy.PolicyVerdict;
import io.github.dnsonde.policy.PortProtocol;
import io.github.dnsonde.probe.NamespacedName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the parts of a change that explain an effect on a path. */
final class Causes {

  private final Change change;
  private final ClusterState before;
  private final PolicyEvaluator evaluatorBefore;
  private final PolicyEvaluator evaluatorAfter;
  private final Map<NamespacedName, NetworkPolicy> policiesBefore;
  private final Set<NamespacedName> changed;
  private final Set<String> dnsNamespaces;

  Causes(
      Change change,
      ClusterState before,
      PolicyEvaluator evaluatorBefore,
      PolicyEvaluator evaluatorAfter) {
    this.change = change;
    this.before = before;
    this.evaluatorBefore = evaluatorBefore;
    this.evaluatorAfter = evaluatorAfter;
    this.policiesBefore =
        before.policies().policies().stream()
            .collect(
                Collectors.toMap(
                    NetworkPolicy::namespacedName, policy -> policy, (first, _) -> first));
    this.changed =
        change.policies().stream()
            .filter(this::isNews)
            .map(NetworkPolicy::namespacedName)
            .collect(Collectors.toSet());
    this.dnsNamespaces = before.dnsNamespaces();
  }

  /** Returns true if a policy of the change differs from its namesake in force, if there is one. */
  boolean isNews(NetworkPolicy policy) {
    NetworkPolicy old = policiesBefore.get(policy.namespacedName());
    return old == null || !old.rulesLike(policy);
  }

  /** Returns the causes, in a stable order; empty only if the change is empty. */
  List<Cause> of(Pod podBefore, Pod podAfter, PathChange path, DnsServer serverBefore) {
    PortProtocol portProtocol = PortProtocol.over(path.transport());
    PathVerdict then =
        evaluatorBefore.pathVerdict(podBefore, serverBefore.destination(), portProtocol);
    PathVerdict now =
        evaluatorAfter.pathVerdict(podAfter, path.server().destination(), portProtocol);
    Set<Cause> found = new TreeSet<>();
    boolean atServer =
        differs(then.ingress(), now.ingress()) && !differs(then.egress(), now.egress());
    found.addAll(
        atServer
            ? byPolicies(then.ingress(), now.ingress())
            : byPolicies(then.egress(), now.egress()));
    Stream.<Supplier<List<Cause>>>of(
            () -> path.effect() == Effect.STAYS_CUT ? byPresence(now) : List.of(),
            () -> byNamespaces(podAfter),
            () -> byWorkloads(podBefore),
            () -> byPresence(now),
            () -> anything(podAfter.namespace()))
        .filter(_ -> found.isEmpty())
        .forEach(causes -> found.addAll(causes.get()));
    return List.copyOf(found);
  }

  private static boolean differs(PolicyVerdict then, PolicyVerdict now) {
    return then.decision() != now.decision() || !then.likely().equals(now.likely());
  }

  /** The policies of one side that changed, and that decide before or after. */
  private Set<Cause> byPolicies(PolicyVerdict then, PolicyVerdict now) {
    Set<Cause> found = new HashSet<>();
    boolean worse = now.decision() != Decision.ALLOW;
    PolicyVerdict allowing = worse ? then : now;
    PolicyVerdict denying = worse ? now : then;
    if (allowing instanceof PolicyVerdict.Allow allow) {
      allow.by().ifPresent(grant -> add(grant.policy(), found));
    }
    Stream.of(denying, allowing).forEach(verdict -> addOthers(verdict, found));
    if (found.isEmpty()) {
      Set<NamespacedName> isolatedAnyway = names(allowing);
      denying.isolating().stream()
          .filter(policy -> !isolatedAnyway.contains(policy.namespacedName()))
          .forEach(policy -> add(policy, found));
    }
    if (found.isEmpty()) {
      denying.isolating().forEach(policy -> add(policy, found));
    }
    return found;
  }

  private static Set<NamespacedName> names(PolicyVerdict verdict) {
    return verdict.isolating().stream()
        .map(NetworkPolicy::namespacedName)
        .collect(Collectors.toSet());
  }

  private void add(NetworkPolicy policy, Set<Cause> to) {
    NamespacedName name = policy.namespacedName();
    if (changed.contains(name)) {
      to.add(policy(name));
    } else if (change.removed().contains(name) && policiesBefore.containsKey(name)) {
      to.add(new Cause(Cause.Kind.REMOVED_POLICY, name.namespace(), name.name()));
    }
  }

  /** Adds the policies of other kinds that decide and are part of the change. */
  private void addOthers(PolicyVerdict verdict, Set<Cause> to) {
    verdict.other().stream()
        .flatMap(other -> other.policies().stream())
        .filter(change.foreign()::contains)
        .map(Causes::foreign)
        .forEach(to::add);
  }

  private static Cause policy(NamespacedName name) {
    return new Cause(Cause.Kind.POLICY, name.namespace(), name.name());
  }

  private List<Cause> byNamespaces(Pod pod) {
    return change.namespaces().entrySet().stream()
        .filter(
            entry ->
                entry.getKey().equals(pod.namespace()) || dnsNamespaces.contains(entry.getKey()))
        .filter(
            entry ->
                !entry
                    .getValue()
                    .ofNamespace(entry.getKey())
                    .equals(before.policies().namespaces().get(entry.getKey())))
        .map(entry -> new Cause(Cause.Kind.NAMESPACE, "", entry.getKey()))
        .toList();
  }

  private List<Cause> byWorkloads(Pod pod) {
    return change.workloads().stream()
        .filter(
            workload ->
                workload.makes(pod)
                    ? !workload.changed(pod).equals(pod) || pod.name().isEmpty()
                    : dnsNamespaces.contains(workload.namespace()))
        .map(Cause::of)
        .toList();
  }

  /** The policies of the change that isolate, also if they are as before. */
  private List<Cause> byPresence(PathVerdict now) {
    Set<NamespacedName> written =
        change.policies().stream().map(NetworkPolicy::namespacedName).collect(Collectors.toSet());
    return Stream.of(now.egress(), now.ingress())
        .flatMap(verdict -> verdict.isolating().stream())
        .map(NetworkPolicy::namespacedName)
        .filter(written::contains)
        .map(Causes::policy)
        .toList();
  }

  private List<Cause> anything(String namespace) {
    return Stream.of(
            change.foreign().stream().map(Causes::foreign),
            change.policies().stream()
                .filter(policy -> policy.namespace().equals(namespace))
                .map(policy -> policy(policy.namespacedName())),
            change.workloads().stream()
                .filter(workload -> workload.namespace().equals(namespace))
                .map(Cause::of),
            change.namespaces().keySet().stream()
                .sorted()
                .map(name -> new Cause(Cause.Kind.NAMESPACE, "", name)),
            change.removed().stream()
                .map(name -> new Cause(Cause.Kind.REMOVED_POLICY, name.namespace(), name.name())),
            change.policies().stream().map(policy -> policy(policy.namespacedName())),
            change.workloads().stream().map(Cause::of))
        .flatMap(causes -> causes)
        .limit(1)
        .toList();
  }

  private static Cause foreign(ForeignPolicy policy) {
    return new Cause(
        Cause.Kind.FOREIGN_POLICY, policy.namespace().orElse(""), policy.name().orElse(""));
  }
}
