package io.github.dnsonde.policy;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.ClusterView;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.InvalidPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.policy.PolicyVerdict.Allow;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Evaluates the policies of a cluster for queries (Kubernetes documentation, "Network Policies"). A
 * pod that no policy selects may do everything. Any other pod may do what any policy that selects
 * it allows.
 */
public final class PolicyEvaluator {

  /** The namespace of a manifest that does not specify one. */
  private static final String NO_NAMESPACE = "";

  /** The maximum number of policies that a verdict names. */
  private static final int MOST_NAMED = 5;

  private final PolicySet policies;
  private final Map<String, List<NetworkPolicy>> byNamespace;

  /**
   * The policies of other kinds whose rules are not known, by namespace; those of the whole cluster
   * under an empty name.
   */
  private final Map<String, List<ForeignPolicy>> others;

  private final Families families;

  private final RuleMatcher matcher;

  /** Creates an evaluator of these policies. */
  public PolicyEvaluator(PolicySet policies) {
    this.policies = policies;
    this.byNamespace =
        policies.policies().stream()
            .sorted(comparing(NetworkPolicy::name))
            .collect(groupingBy(NetworkPolicy::namespace));
    this.others =
        policies.foreign().stream()
            .filter(policy -> policy.isUnjudged() && !policy.kind().isReferredTo())
            .collect(groupingBy(policy -> policy.namespace().orElse("")));
    NamespaceLabels namespaces = NamespaceLabels.of(policies);
    this.families = Families.of(policies.foreign(), namespaces);
    this.matcher = new RuleMatcher(namespaces, false);
  }

  /** Returns an evaluator of the policies of a live cluster. */
  public static PolicyEvaluator of(ClusterView cluster) {
    return new PolicyEvaluator(PolicySet.of(cluster));
  }

  /** Returns the policies that it evaluates. */
  public PolicySet policies() {
    return policies;
  }

  /** Returns the verdict from end to end. */
  public PathVerdict pathVerdict(Pod source, Destination destination, PortProtocol portProtocol) {
    return new PathVerdict(
        egress(source, destination, portProtocol), ingress(source, destination, portProtocol));
  }

  /** Returns the NetworkPolicies that isolate a pod in a direction, sorted by name. */
  List<NetworkPolicy> isolating(Pod pod, Direction direction) {
    return selecting(pod.namespace(), pod, direction);
  }

  /** Returns the verdict of the policies in the querying pod's namespace. */
  public PolicyVerdict egress(Pod source, Destination destination, PortProtocol portProtocol) {
    return switch (destination) {
      case Destination.Itself _ -> Allow.FREELY;
      case Destination.Unread(_, String why) ->
          judge(Direction.EGRESS, source, side -> side.judgeUnseen(unread(side.isolating(), why)));
      case Destination.Balanced _, Destination.Direct _, Destination.Address _ ->
          judge(
              Direction.EGRESS,
              source,
              side -> side.judge(Backend.ends(destination, portProtocol)));
    };
  }

  /** Returns the verdict of the policies in the destination's namespace. */
  PolicyVerdict ingress(Pod source, Destination destination, PortProtocol portProtocol) {
    if (destination instanceof Destination.Unread(_, String why)) {
      return unread(List.of(), why);
    }
    List<PolicyVerdict> all =
        Backend.of(destination, portProtocol).stream()
            .map(target -> ingress(source, target, portProtocol))
            .toList();
    if (all.isEmpty()) {
      return destination instanceof Destination.Balanced
          ? new Unknown(UnknownReason.NO_BACKENDS, Optional.empty(), List.of(), List.of())
          : Allow.FREELY;
    }
    return all.stream().map(PolicyVerdict::decision).distinct().count() == 1
        ? all.getFirst()
        : mixed(all);
  }

  /** Allows everything from a pod's own node ("The two sorts of pod isolation"). */
  private PolicyVerdict ingress(Pod source, Backend target, PortProtocol portProtocol) {
    boolean fromItsNode =
        source.hostNetwork()
            && !source.node().isEmpty()
            && source.node().equals(target.pod().node());
    return fromItsNode
        ? Allow.FREELY
        : judge(
            Direction.INGRESS,
            target.pod(),
            side -> side.judge(List.of(target.seenFrom(source, portProtocol))));
  }

  private static PolicyVerdict mixed(List<PolicyVerdict> all) {
    return new Unknown(
        UnknownReason.MIXED_BACKENDS,
        Optional.empty(),
        all.stream().flatMap(verdict -> verdict.isolating().stream()).distinct().toList(),
        List.of());
  }

  private static Unknown unread(List<NetworkPolicy> isolating, String why) {
    return new Unknown(UnknownReason.UNREAD, Optional.empty(), isolating, List.of(why));
  }

  private PolicyVerdict judge(
      Direction direction, Pod pod, Function<PodIsolation, PolicyVerdict> standard) {
    List<NetworkPolicy> isolating = isolating(pod, direction);
    Optional<PolicyVerdict> defect = defect(direction, pod, isolating);
    PodIsolation side =
        new PodIsolation(
            direction,
            pod,
            isolating,
            matcher,
            defect,
            Optional.empty(),
            !isolating(pod, direction.opposite()).isEmpty());
    List<FamilyEvaluator> concerned = families.concerning(pod, direction);
    if (concerned.isEmpty()) {
      return defect.orElseGet(() -> overruled(standard.apply(side), pod, direction));
    }
    List<PolicyVerdict> verdicts =
        concerned.stream().map(family -> standard.apply(side.with(family))).toList();
    PolicyVerdict together =
        verdicts.size() == 1
            ? verdicts.getFirst()
            : Families.agreed(verdicts, standard.apply(side));
    return defect.filter(together::equals).orElseGet(() -> overruled(together, pod, direction));
  }

  /** Returns the verdict of the NetworkPolicies if they cannot be evaluated. */
  private Optional<PolicyVerdict> defect(
      Direction direction, Pod pod, List<NetworkPolicy> isolating) {
    return placeless(direction, pod, isolating)
        .or(() -> incomplete(pod, isolating))
        .or(() -> invalid(direction, pod, isolating));
  }

  private List<NetworkPolicy> selecting(String namespace, Pod pod, Direction direction) {
    return byNamespace.getOrDefault(namespace, List.of()).stream()
        .filter(policy -> policy.rules(direction).isPresent())
        .filter(policy -> policy.selects().matches(pod.labels()))
        .toList();
  }

  private Optional<PolicyVerdict> placeless(
      Direction direction, Pod pod, List<NetworkPolicy> isolating) {
    return doubt(
        UnknownReason.MISSING_NAMESPACE,
        isolating,
        selecting(NO_NAMESPACE, pod, direction).stream().map(NetworkPolicy::name));
  }

  /** Returns a verdict if not every policy of the pod's namespace is known. */
  private Optional<PolicyVerdict> incomplete(Pod pod, List<NetworkPolicy> isolating) {
    return policies.gaps().ofPolicies(pod.namespace()).map(why -> unread(isolating, why));
  }

  private Optional<PolicyVerdict> invalid(
      Direction direction, Pod pod, List<NetworkPolicy> isolating) {
    List<InvalidPolicy> all =
        policies.invalid().stream()
            .filter(
                policy ->
                    Stream.of(NO_NAMESPACE, pod.namespace()).anyMatch(policy.namespace()::equals))
            .filter(policy -> policy.directions().contains(direction) && policy.maySelect(pod))
            .toList();
    return doubt(
        all.stream().allMatch(InvalidPolicy::isTooLarge)
            ? UnknownReason.POLICY_TOO_LARGE
            : UnknownReason.INVALID_POLICY,
        isolating,
        all.stream().map(InvalidPolicy::toString).limit(MOST_NAMED));
  }

  private static Optional<PolicyVerdict> doubt(
      UnknownReason why, List<NetworkPolicy> isolating, Stream<String> about) {
    List<String> all = about.toList();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(new Unknown(why, Optional.empty(), isolating, all));
  }

  /** Applies policies whose rules are not known; the verdict of the others stays likely. */
  private PolicyVerdict overruled(PolicyVerdict standard, Pod pod, Direction direction) {
    List<ForeignPolicy> others = overruling(standard, pod, direction);
    Optional<String> undiscovered = policies.gaps().of(ClusterResource.DISCOVERY);
    if (!others.isEmpty()) {
      return new Unknown(
          UnknownReason.FOREIGN_POLICY,
          standard.likely(),
          standard.isolating(),
          OtherKinds.sentences(others, pod.namespace()),
          standard.other());
    }
    return undiscovered
        .<PolicyVerdict>map(
            why ->
                new Unknown(
                    UnknownReason.UNREAD,
                    standard.likely(),
                    standard.isolating(),
                    List.of(why),
                    standard.other()))
        .orElse(standard);
  }

  /** Returns the policies that may overrule a verdict: a denial, only those that may allow. */
  private List<ForeignPolicy> overruling(PolicyVerdict standard, Pod pod, Direction direction) {
    boolean isolated = !standard.isolating().isEmpty();
    return Stream.of("", pod.namespace())
        .distinct()
        .flatMap(place -> others.getOrDefault(place, List.of()).stream())
        .filter(policy -> !(standard instanceof PolicyVerdict.Deny) || policy.mayAllow(direction))
        .filter(policy -> policy.mayDecide(pod, direction, isolated))
        .toList();
  }
}
