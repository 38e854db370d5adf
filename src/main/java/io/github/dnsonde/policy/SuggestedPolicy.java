package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.CiliumRules.DnsName;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Peer;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Transport;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The policies that, once applied, allow a pod to query the cluster's DNS over UDP and TCP on port
 * 53. They select only pods that are already isolated, because they would cut off other pods from
 * everything else. They are NetworkPolicies, or of another kind if policies of its family deny the
 * queries, and a NetworkPolicy would not help.
 *
 * @param egress the policy for the querying pod; empty if it needs none, or none helps
 * @param ingress the policies for the pods of the queried Services, one for each Service
 */
public record SuggestedPolicy(Optional<PolicyObject> egress, List<PolicyObject> ingress) {

  /** The name of a suggested policy, unless it is taken. */
  public static final String NAME = "dnsonde-allow-dns";

  public SuggestedPolicy {
    requireNonNull(egress, "egress is null");
    ingress = List.copyOf(ingress);
  }

  /**
   * Returns the policies that fix a pod's access to DNS. Each is evaluated first, and omitted if it
   * would not help.
   *
   * @param destinations all destinations of the cluster's pods: the kube-dns Service, the node's
   *     cache, and the Service's address if the cache answers on it
   */
  public static SuggestedPolicy of(
      PolicyEvaluator evaluator, Pod source, List<Destination> destinations) {
    return new SuggestedPolicy(
        egress(evaluator, source, destinations),
        destinations.stream()
            .flatMap(destination -> atServer(evaluator, List.of(source), destination).stream())
            .toList());
  }

  /**
   * Returns the policy that allows every pod of a namespace to query these destinations. It
   * isolates them: it is for namespaces in which another policy also does.
   */
  public static NetworkPolicy forNamespace(String namespace, List<Destination> destinations) {
    return new NetworkPolicy(
        namespace,
        NAME,
        LabelSelector.EVERYTHING,
        Optional.empty(),
        Optional.of(MinimalRules.of(destinations)),
        Origin.NONE);
  }

  /** Returns the policy that allows pods to query a Service's pods; empty if none helps. */
  public static Optional<PolicyObject> atServer(
      PolicyEvaluator evaluator, List<Pod> sources, Destination destination) {
    if (!(destination instanceof Destination.Balanced balanced)) {
      return Optional.empty();
    }
    List<Pod> denied =
        sources.stream().filter(source -> !letsIn(evaluator, source, balanced)).toList();
    return denied.stream()
        .filter(source -> !source.hostNetwork())
        .flatMap(source -> ingress(evaluator, source, balanced).stream())
        .reduce(NetworkPolicy::withPeersOf)
        .<PolicyObject>map(policy -> policy)
        .or(() -> ofOtherKind(evaluator, denied, balanced));
  }

  /**
   * Returns policies under names of their own, so that all of them can be applied.
   *
   * @param taken the names of other policies
   */
  public static List<PolicyObject> named(
      List<? extends PolicyObject> policies, Set<NamespacedName> taken) {
    Set<NamespacedName> all = new HashSet<>(taken);
    return policies.stream()
        .map(
            policy ->
                switch (policy) {
                  case NetworkPolicy standard -> named(standard, all);
                  case ForeignPolicy other -> other;
                })
        .toList();
  }

  private static PolicyObject named(NetworkPolicy policy, Set<NamespacedName> taken) {
    NetworkPolicy free = policy;
    for (int n = 2; !taken.add(free.namespacedName()); n++) {
      free = policy.named(NAME + "-" + n);
    }
    return free;
  }

  /** Returns all policies to apply. */
  List<PolicyObject> policies() {
    return Stream.concat(egress.stream(), ingress.stream()).toList();
  }

  private static Optional<PolicyObject> egress(
      PolicyEvaluator evaluator, Pod source, List<Destination> destinations) {
    Predicate<PolicyEvaluator> allowed =
        by -> destinations.stream().allMatch(destination -> letsOut(by, source, destination));
    if (allowed.test(evaluator)) {
      return Optional.empty();
    }
    ProxiedNames names = new ProxiedNames(evaluator, source, destinations);
    Supplier<Optional<PolicyObject>> standard =
        () ->
            names.all().isEmpty()
                ? standard(evaluator, source, MinimalRules.of(destinations), allowed)
                : Optional.empty();
    Supplier<Optional<PolicyObject>> other =
        () ->
            OtherFix.of(
                    evaluator,
                    denials(evaluator, source, destinations, names.all()),
                    names.narrowed(MinimalRules.of(destinations)),
                    allowed.and(names::areKept))
                .map(policy -> policy);
    return CiliumFix.needsProxy(source, evaluator.policies())
        ? other.get().or(standard)
        : standard.get().or(other);
  }

  /** Returns the NetworkPolicy. It would let queries for all names out, past a proxy. */
  private static Optional<PolicyObject> standard(
      PolicyEvaluator evaluator,
      Pod source,
      List<Rule> missing,
      Predicate<PolicyEvaluator> allowed) {
    return widest(evaluator.isolating(source, Direction.EGRESS))
        .map(
            selects ->
                new NetworkPolicy(
                    source.namespace(),
                    freeName(evaluator.policies(), source.namespace()),
                    selects,
                    Optional.empty(),
                    Optional.of(missing),
                    Origin.NONE))
        .filter(policy -> allowed.test(new PolicyEvaluator(evaluator.policies().with(policy))))
        .map(policy -> policy);
  }

  private static List<OtherFix.Denial> denials(
      PolicyEvaluator evaluator, Pod source, List<Destination> destinations, List<DnsName> names) {
    return destinations.stream()
        .flatMap(
            destination ->
                denials(
                    Direction.EGRESS,
                    source,
                    over -> evaluator.egress(source, destination, over),
                    names))
        .toList();
  }

  private static boolean letsOut(PolicyEvaluator by, Pod source, Destination destination) {
    return passes(over -> by.egress(source, destination, over).likely());
  }

  private static boolean letsIn(PolicyEvaluator by, Pod source, Destination destination) {
    return passes(over -> by.ingress(source, destination, over).likely());
  }

  /** Returns the decisions of policies of other kinds that deny queries, certainly or likely. */
  private static Stream<OtherFix.Denial> denials(
      Direction direction,
      Pod pod,
      Function<PortProtocol, PolicyVerdict> verdict,
      List<DnsName> names) {
    return Arrays.stream(Transport.values())
        .map(transport -> verdict.apply(PortProtocol.over(transport)))
        .filter(each -> each.likely().equals(Optional.of(Decision.DENY)))
        .flatMap(each -> each.other().stream())
        .map(other -> new OtherFix.Denial(direction, pod, other, names));
  }

  /** Returns the selector of one of the policies: the one that selects everything, if any does. */
  private static Optional<LabelSelector> widest(List<NetworkPolicy> isolating) {
    List<LabelSelector> all = isolating.stream().map(NetworkPolicy::selects).toList();
    return all.stream()
        .filter(LabelSelector.EVERYTHING::equals)
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  private static Optional<NetworkPolicy> ingress(
      PolicyEvaluator evaluator, Pod source, Destination.Balanced balanced) {
    return Optional.of(balanced)
        .filter(service -> allIsolated(evaluator, service))
        .map(service -> ingress(evaluator.policies(), source.namespace(), service))
        .filter(
            policy ->
                letsIn(new PolicyEvaluator(evaluator.policies().with(policy)), source, balanced));
  }

  private static Optional<PolicyObject> ofOtherKind(
      PolicyEvaluator evaluator, List<Pod> sources, Destination.Balanced balanced) {
    List<OtherFix.Denial> denials =
        balanced.backends().stream()
            .limit(1)
            .flatMap(
                pod ->
                    sources.stream()
                        .flatMap(
                            source ->
                                denials(
                                    Direction.INGRESS,
                                    pod,
                                    over -> evaluator.ingress(source, balanced, over),
                                    List.of())))
            .toList();
    Predicate<PolicyEvaluator> allowed =
        by -> sources.stream().allMatch(source -> letsIn(by, source, balanced));
    List<Peer> namespaces =
        sources.stream().map(Pod::namespace).distinct().map(MinimalRules::namespace).toList();
    return OtherFix.of(
            evaluator,
            denials,
            List.of(new Rule(namespaces, MinimalRules.ports(balanced))),
            allowed)
        .map(policy -> policy);
  }

  private static boolean allIsolated(PolicyEvaluator evaluator, Destination.Balanced balanced) {
    return !balanced.service().selector().values().isEmpty()
        && balanced.backends().stream()
            .noneMatch(pod -> evaluator.isolating(pod, Direction.INGRESS).isEmpty());
  }

  private static NetworkPolicy ingress(
      PolicySet policies, String from, Destination.Balanced balanced) {
    String namespace = balanced.service().namespace();
    return new NetworkPolicy(
        namespace,
        freeName(policies, namespace),
        LabelSelector.of(balanced.service().selector().values()),
        Optional.of(
            List.of(new Rule(List.of(MinimalRules.namespace(from)), MinimalRules.ports(balanced)))),
        Optional.empty(),
        Origin.NONE);
  }

  private static String freeName(PolicySet policies, String namespace) {
    return freeName(
        "",
        Stream.concat(
                policies.policies().stream()
                    .filter(policy -> policy.namespace().equals(namespace))
                    .map(NetworkPolicy::name),
                policies.invalid().stream()
                    .filter(policy -> policy.namespace().equals(namespace))
                    .map(InvalidPolicy::name))
            .toList());
  }

  /** Returns an unused name: a policy would replace another of the same name. */
  static String freeName(String prefix, List<String> taken) {
    String first = prefix + NAME;
    return Stream.concat(
            Stream.of(first), IntStream.iterate(2, n -> n + 1).mapToObj(n -> first + "-" + n))
        .filter(name -> !taken.contains(name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean passes(Function<PortProtocol, Optional<Decision>> likely) {
    return Arrays.stream(Transport.values())
        .allMatch(
            transport ->
                likely.apply(PortProtocol.over(transport)).equals(Optional.of(Decision.ALLOW)));
  }
}
