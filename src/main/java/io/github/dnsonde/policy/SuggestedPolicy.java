package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.NetworkPolicy.Rule;
import io.github.dnsonde.cluster.Origin;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.probe.Transport;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The policies that, once applied, allow a pod to query the cluster's DNS over UDP and TCP on port
 * 53. They select only pods that are already isolated, because they would cut off other pods from
 * everything else.
 *
 * @param egress the policy for the namespace of the querying pod; empty if it needs none, or none
 *     helps
 * @param ingress the policies for the namespaces of the queried Services, one for each Service
 */
public record SuggestedPolicy(Optional<NetworkPolicy> egress, List<NetworkPolicy> ingress) {

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
            .flatMap(destination -> ingress(evaluator, source, destination).stream())
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

  /** Returns all policies to apply. */
  List<NetworkPolicy> policies() {
    return Stream.concat(egress.stream(), ingress.stream()).toList();
  }

  private static Optional<NetworkPolicy> egress(
      PolicyEvaluator evaluator, Pod source, List<Destination> destinations) {
    List<NetworkPolicy> isolating = evaluator.isolating(source, Direction.EGRESS);
    Function<PolicyEvaluator, Boolean> allowed =
        by ->
            destinations.stream()
                .allMatch(
                    destination ->
                        passes(
                            portProtocol -> by.egress(source, destination, portProtocol).likely()));
    return widest(isolating)
        .filter(_ -> !allowed.apply(evaluator))
        .map(
            selects ->
                new NetworkPolicy(
                    source.namespace(),
                    freeName(evaluator.policies(), source.namespace()),
                    selects,
                    Optional.empty(),
                    Optional.of(MinimalRules.of(destinations)),
                    Origin.NONE))
        .filter(policy -> allowed.apply(new PolicyEvaluator(evaluator.policies().with(policy))));
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
      PolicyEvaluator evaluator, Pod source, Destination destination) {
    Function<PolicyEvaluator, Boolean> allowed =
        by -> passes(portProtocol -> by.ingress(source, destination, portProtocol).likely());
    return destination instanceof Destination.Balanced balanced && !allowed.apply(evaluator)
        ? Optional.of(balanced)
            .filter(service -> allIsolated(evaluator, service) && !source.hostNetwork())
            .map(service -> ingress(evaluator.policies(), source.namespace(), service))
            .filter(policy -> allowed.apply(new PolicyEvaluator(evaluator.policies().with(policy))))
        : Optional.empty();
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

  /** Returns an unused name: a policy would replace another of the same name. */
  private static String freeName(PolicySet policies, String namespace) {
    List<String> taken =
        Stream.concat(
                policies.policies().stream()
                    .filter(policy -> policy.namespace().equals(namespace))
                    .map(NetworkPolicy::name),
                policies.invalid().stream()
                    .filter(policy -> policy.namespace().equals(namespace))
                    .map(InvalidPolicy::name))
            .toList();
    return Stream.concat(
            Stream.of(NAME), IntStream.iterate(2, n -> n + 1).mapToObj(n -> NAME + "-" + n))
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
