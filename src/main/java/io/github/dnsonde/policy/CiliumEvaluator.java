package io.github.dnsonde.policy;

import static java.util.Comparator.comparing;

import io.github.dnsonde.cluster.CiliumRules;
import io.github.dnsonde.cluster.CiliumRules.Spec;
import io.github.dnsonde.cluster.CiliumRules.Traffic;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.CiliumSettings.Enforcement;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PortReference;
import io.github.dnsonde.policy.CiliumTally.Applying;
import io.github.dnsonde.policy.PolicyVerdict.Allow;
import io.github.dnsonde.policy.PolicyVerdict.Grant;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Evaluates CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy together with NetworkPolicies
 * (Cilium documentation, "Network Policy"). A rule that denies takes precedence. Otherwise, any
 * rule of either kind allows, and a pod that none selects may do everything. If a Cilium policy
 * selects a pod, Cilium is its engine, so NetworkPolicies are matched as Cilium does it: their
 * blocks of addresses match neither pods nor nodes.
 */
final class CiliumEvaluator implements FamilyEvaluator {

  private final List<Judged> policies;
  private final NamespaceLabels namespaces;
  private final RuleMatcher matcher;
  private final Optional<ForeignPolicy> settings;
  private final Enforcement enforcement;
  private final Map<Side, List<Applying>> applying = new ConcurrentHashMap<>();

  /**
   * Creates an evaluator.
   *
   * @param policies policies, of which those with {@link CiliumRules} and {@link CiliumSettings}
   *     count
   */
  CiliumEvaluator(List<ForeignPolicy> policies, NamespaceLabels namespaces) {
    this.policies =
        policies.stream()
            .flatMap(Judged::of)
            .sorted(comparing(judged -> judged.policy.toString()))
            .toList();
    this.settings =
        policies.stream()
            .filter(policy -> CiliumSettings.enforcement(policy).isPresent())
            .findFirst();
    this.enforcement = settings.flatMap(CiliumSettings::enforcement).orElse(Enforcement.DEFAULT);
    this.namespaces = namespaces;
    this.matcher = new RuleMatcher(namespaces, false);
  }

  private record Judged(ForeignPolicy policy, Spec spec) {

    static Stream<Judged> of(ForeignPolicy policy) {
      return policy.rules().orElse(null) instanceof CiliumRules rules
          ? rules.specs().stream().map(spec -> new Judged(policy, spec))
          : Stream.of();
    }
  }

  /** A pod as subjects see it, and a direction. */
  private record Side(String namespace, Labels labels, boolean onNode, Direction to) {}

  @Override
  public boolean isEmpty() {
    return policies.isEmpty() && enforcement == Enforcement.DEFAULT;
  }

  /**
   * Pods in a node's network are part of the node, which has policies of its own. It depends on the
   * node's labels and on the host firewall whether these apply.
   */
  @Override
  public boolean concerns(Pod pod, Direction direction) {
    return !applying(pod, direction).isEmpty()
        || (enforcement != Enforcement.DEFAULT && !pod.hostNetwork());
  }

  private List<Applying> applying(Pod pod, Direction direction) {
    return applying.computeIfAbsent(
        new Side(pod.namespace(), pod.labels(), pod.hostNetwork(), direction),
        _ ->
            policies.stream()
                .filter(judged -> !judged.spec.section(direction).isEmpty())
                .map(
                    judged ->
                        new Applying(
                            judged.policy, judged.spec.section(direction), subject(judged, pod)))
                .filter(each -> each.subject() != Match.NO)
                .toList());
  }

  private Match subject(Judged judged, Pod pod) {
    if (judged.spec.ofNodes() || pod.hostNetwork()) {
      return judged.spec.ofNodes() && pod.hostNetwork() ? Match.MAYBE : Match.NO;
    }
    return CiliumSelectors.subject(
        judged.spec.subject(),
        judged.policy.namespace(),
        new CiliumIdentity.Endpoint(pod, namespaces));
  }

  /** Cilium does not apply NetworkPolicies to pods in a node's network. */
  @Override
  public PolicyVerdict judge(Connection connection, PolicyVerdict networkPolicies) {
    PolicyVerdict standard = connection.pod().hostNetwork() ? Allow.FREELY : networkPolicies;
    if (enforcement == Enforcement.NEVER && !connection.pod().hostNetwork()) {
      return neverDenied(connection, standard);
    }
    List<CiliumIdentity> ends =
        CiliumIdentity.of(connection.peerOnNode(), connection.pod(), namespaces);
    List<PolicyVerdict> verdicts =
        ends.stream().map(end -> judge(connection, end, standard)).toList();
    List<Decision> decisions = verdicts.stream().map(PolicyVerdict::decision).distinct().toList();
    if (verdicts.isEmpty()) {
      return standard;
    }
    return decisions.size() == 1
        ? refusingLeast(verdicts)
        : new Unknown(
            UnknownReason.FOREIGN_POLICY,
            verdicts.getFirst().likely(),
            standard.isolating(),
            Stream.concat(
                    Stream.of(CiliumWords.severalIdentities(ends)),
                    verdicts.stream().flatMap(Unknowns::about))
                .distinct()
                .toList());
  }

  /** Returns a verdict by which no name is refused, if there is one. */
  private static PolicyVerdict refusingLeast(List<PolicyVerdict> verdicts) {
    return verdicts.stream()
        .filter(verdict -> verdict.other().stream().allMatch(other -> other.passing().isEmpty()))
        .findFirst()
        .orElse(verdicts.getFirst());
  }

  private PolicyVerdict neverDenied(Connection connection, PolicyVerdict standard) {
    boolean free =
        standard instanceof Allow && applying(connection.pod(), connection.direction()).isEmpty();
    return free
        ? standard
        : new Allow(standard.isolating(), Optional.empty(), settings.map(CiliumWords::neverDenied));
  }

  private PolicyVerdict judge(
      Connection connection, CiliumIdentity identity, PolicyVerdict standard) {
    PeerView peer = connection.peerOnNode();
    CiliumTraffic traffic =
        new CiliumTraffic(connection.direction(), identity, peer.toPod(), peer.service());
    CiliumTally tally = new CiliumTally(connection.direction(), traffic, standard, settings);
    for (Applying each : applying(connection.pod(), connection.direction())) {
      tally.add(each, rules(each, traffic));
    }
    return tally.verdict(granted(standard, peer, traffic));
  }

  /** Returns the policies that certainly apply to a pod and allow it addresses by domains. */
  List<ForeignPolicy> withDomains(Pod pod) {
    return enforcement == Enforcement.NEVER
        ? List.of()
        : applying(pod, Direction.EGRESS).stream()
            .filter(each -> each.subject() == Match.YES)
            .filter(each -> each.section().hasDomains())
            .map(Applying::policy)
            .distinct()
            .toList();
  }

  /** Returns true if a rule leads a query through the DNS proxy, or may. */
  boolean mayBeProxied(Connection connection) {
    PeerView peer = connection.peerOnNode();
    return CiliumIdentity.of(peer, connection.pod(), namespaces).stream()
        .map(end -> new CiliumTraffic(connection.direction(), end, peer.toPod(), peer.service()))
        .anyMatch(
            traffic ->
                applying(connection.pod(), connection.direction()).stream()
                    .flatMap(each -> rules(each, traffic).stream())
                    .anyMatch(each -> CiliumWords.isProxied(each.rule(), traffic)));
  }

  private static List<CiliumTally.Reached> rules(Applying applying, CiliumTraffic traffic) {
    List<CiliumTally.Reached> reached = new ArrayList<>();
    reached.addAll(reached(applying, applying.section().denied(), true, traffic));
    reached.addAll(reached(applying, applying.section().allowed(), false, traffic));
    return reached;
  }

  private static List<CiliumTally.Reached> reached(
      Applying applying, List<Traffic> rules, boolean denies, CiliumTraffic traffic) {
    return IntStream.range(0, rules.size())
        .mapToObj(
            index ->
                new CiliumTally.Reached(
                    applying.policy(),
                    rules.get(index),
                    index,
                    denies,
                    traffic.matches(rules.get(index), applying.policy().namespace()),
                    applying.subject()))
        .filter(each -> each.match() != Match.NO)
        .toList();
  }

  /** Returns whether a NetworkPolicy allows it, as Cilium matches their rules. */
  private CiliumTally.Standard granted(
      PolicyVerdict standard, PeerView peer, CiliumTraffic traffic) {
    PeerView view = seen(peer, traffic.identity());
    Optional<Grant> grant = matcher.grant(standard.isolating(), traffic.direction(), view);
    boolean generously =
        matcher.asGenerous().grant(standard.isolating(), traffic.direction(), view).isPresent();
    Match match = grant.isPresent() ? Match.YES : generously ? Match.MAYBE : Match.NO;
    return new CiliumTally.Standard(
        standard instanceof Unknown ? Match.MAYBE : match,
        grant,
        matcher
            .grants(standard.isolating(), traffic.direction(), view)
            .anyMatch(each -> isForPort(each, traffic)));
  }

  private static boolean isForPort(Grant grant, CiliumTraffic traffic) {
    PortReference number = new PortReference.Numbered(traffic.port().number());
    return grant
        .policy()
        .rules(traffic.direction())
        .map(rules -> rules.get(grant.rule()).ports())
        .orElse(List.of())
        .stream()
        .anyMatch(
            port ->
                port.protocol() == traffic.port().protocol()
                    && port.port().equals(Optional.of(number))
                    && port.endPort().isEmpty());
  }

  private static PeerView seen(PeerView peer, CiliumIdentity identity) {
    return new PeerView(
        identity instanceof CiliumIdentity.World(var address)
            ? Optional.of(address)
            : Optional.empty(),
        identity instanceof CiliumIdentity.Endpoint(var pod, _)
            ? Optional.of(pod)
            : Optional.empty(),
        peer.toPod(),
        peer.toPod(),
        peer.toPod(),
        peer.service());
  }
}
