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
 * The policies whose applying lets a pod ask the cluster's DNS, over UDP and TCP on port 53. They
 * select only pods that are isolated already: to select others would cut those off from all else.
 *
 * @param egress for the namespace of the pod that asks; empty when it needs none, or none helps
 * @param ingress for the namespaces of those that are asked, one for each Service
 */
public record SuggestedPolicy(Optional<NetworkPolicy> egress, List<NetworkPolicy> ingress) {

  private static final String NAME = "allow-dns";

  public SuggestedPolicy {
    requireNonNull(egress, "egress is null");
    ingress = List.copyOf(ingress);
  }

  /**
   * What fixes the way of a pod. Nothing is offered that by the same verdicts would not help.
   *
   * @param destinations everybody whom the cluster's pods ask: the kube-dns Service, the node's
   *     cache, the Service's address where the cache answers on it
   */
  public static SuggestedPolicy of(
      PolicyEvaluator verdicts, Pod source, List<Destination> destinations) {
    return new SuggestedPolicy(
        egress(verdicts, source, destinations),
        destinations.stream()
            .flatMap(destination -> ingress(verdicts, source, destination).stream())
            .toList());
  }

  /** Everything to apply. */
  List<NetworkPolicy> policies() {
    return Stream.concat(egress.stream(), ingress.stream()).toList();
  }

  private static Optional<NetworkPolicy> egress(
      PolicyEvaluator verdicts, Pod source, List<Destination> destinations) {
    List<NetworkPolicy> isolating = verdicts.isolating(source, Direction.EGRESS);
    Function<PolicyEvaluator, Boolean> well =
        by ->
            destinations.stream()
                .allMatch(each -> passes(dial -> by.egress(source, each, dial).likely()));
    return widest(isolating)
        .filter(_ -> !well.apply(verdicts))
        .map(
            selects ->
                new NetworkPolicy(
                    source.namespace(),
                    freeName(verdicts.policies(), source.namespace()),
                    selects,
                    Optional.empty(),
                    Optional.of(MinimalRules.of(destinations)),
                    Origin.NONE))
        .filter(policy -> well.apply(new PolicyEvaluator(verdicts.policies().with(policy))));
  }

  /** What one of the policies selects: everything, where one of them does. */
  private static Optional<LabelSelector> widest(List<NetworkPolicy> isolating) {
    List<LabelSelector> all = isolating.stream().map(NetworkPolicy::selects).toList();
    return all.stream()
        .filter(LabelSelector.EVERYTHING::equals)
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  private static Optional<NetworkPolicy> ingress(
      PolicyEvaluator verdicts, Pod source, Destination destination) {
    Function<PolicyEvaluator, Boolean> well =
        by -> passes(dial -> by.ingress(source, destination, dial).likely());
    return destination instanceof Destination.Balanced balanced && !well.apply(verdicts)
        ? Optional.of(balanced)
            .filter(each -> allIsolated(verdicts, each) && !source.hostNetwork())
            .map(each -> ingress(verdicts.policies(), source.namespace(), each))
            .filter(policy -> well.apply(new PolicyEvaluator(verdicts.policies().with(policy))))
        : Optional.empty();
  }

  private static boolean allIsolated(PolicyEvaluator verdicts, Destination.Balanced balanced) {
    return !balanced.service().selector().values().isEmpty()
        && balanced.backends().stream()
            .noneMatch(pod -> verdicts.isolating(pod, Direction.INGRESS).isEmpty());
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

  /** To apply a policy by the name of another would replace that. */
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
