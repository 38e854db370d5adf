package io.github.dnsonde.policy;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dnsonde.cluster.AdminRules;
import io.github.dnsonde.cluster.AdminRules.Action;
import io.github.dnsonde.cluster.AdminRules.Peer;
import io.github.dnsonde.cluster.AdminRules.Port;
import io.github.dnsonde.cluster.AdminRules.Rule;
import io.github.dnsonde.cluster.AdminRules.Selection;
import io.github.dnsonde.cluster.AdminRules.Tier;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.policy.PolicyVerdict.Allow;
import io.github.dnsonde.policy.PolicyVerdict.Deny;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Evaluates AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy
 * (network-policy-api). The first rule of the Admin tier that matches decides, unless it passes.
 * NetworkPolicies then decide for the pods that they isolate, and the Baseline tier for others.
 */
final class AdminEvaluator implements FamilyEvaluator {

  private final List<Judged> policies;
  private final NamespaceLabels namespaces;

  /** Those of one priority together, from the last priority to the first. */
  private final Map<Side, List<List<Applying>>> applying = new ConcurrentHashMap<>();

  /**
   * Creates an evaluator.
   *
   * @param policies policies, of which those with {@link AdminRules} count
   */
  AdminEvaluator(List<ForeignPolicy> policies, NamespaceLabels namespaces) {
    this.policies =
        policies.stream()
            .flatMap(policy -> Judged.of(policy).stream())
            .sorted(comparing(judged -> judged.policy.toString()))
            .toList();
    this.namespaces = namespaces;
  }

  private record Judged(ForeignPolicy policy, AdminRules rules) {

    static Optional<Judged> of(ForeignPolicy policy) {
      return policy.rules().orElse(null) instanceof AdminRules rules
          ? Optional.of(new Judged(policy, rules))
          : Optional.empty();
    }
  }

  /** A pod as subjects see it, a direction, and a tier. */
  private record Side(String namespace, Labels labels, Direction to, Tier tier) {}

  /** A policy whose subject includes a pod, or may. */
  private record Applying(Judged judged, Match subject) {
    int priority() {
      return judged.rules.priority();
    }
  }

  @Override
  public boolean isEmpty() {
    return policies.isEmpty();
  }

  @Override
  public boolean concerns(Pod pod, Direction direction) {
    return Stream.of(Tier.values()).anyMatch(tier -> !applying(pod, direction, tier).isEmpty());
  }

  private List<List<Applying>> applying(Pod pod, Direction direction, Tier tier) {
    return applying.computeIfAbsent(
        new Side(pod.namespace(), pod.labels(), direction, tier),
        _ ->
            policies.stream()
                .filter(judged -> judged.rules.tier() == tier)
                .filter(judged -> !judged.rules.rules(direction).isEmpty())
                .map(judged -> new Applying(judged, selects(judged.rules.subject(), pod)))
                .filter(each -> each.subject != Match.NO)
                .collect(groupingBy(Applying::priority, TreeMap::new, toList()))
                .descendingMap()
                .values()
                .stream()
                .toList());
  }

  @Override
  public PolicyVerdict judge(Connection connection, PolicyVerdict standard) {
    return tier(Tier.ADMIN, connection, standard, afterAdmin(connection, standard));
  }

  private PolicyVerdict afterAdmin(Connection connection, PolicyVerdict standard) {
    boolean decides = !(standard instanceof Allow) || !standard.isolating().isEmpty();
    if (decides) {
      return standard;
    }
    PolicyVerdict baseline = tier(Tier.BASELINE, connection, standard, standard);
    return connection.isolatedOtherwise() && baseline.decision() != Decision.ALLOW
        ? unlessSelected(baseline, standard)
        : baseline;
  }

  /** NetworkPolicies that select a pod for the other direction only: engines differ. */
  private static PolicyVerdict unlessSelected(PolicyVerdict baseline, PolicyVerdict standard) {
    return baseline
        .other()
        .<PolicyVerdict>map(
            other ->
                new Unknown(
                    UnknownReason.FOREIGN_POLICY,
                    baseline.likely(),
                    standard.isolating(),
                    List.of(
                        Unknowns.capital(other.clause())
                            + ", unless the engine skips the Baseline tier for pods that"
                            + " NetworkPolicies select for the other direction only."),
                    baseline.other()))
        .orElse(baseline);
  }

  /** Policies of one priority have no order, so all of them must agree. */
  private PolicyVerdict tier(
      Tier tier, Connection connection, PolicyVerdict standard, PolicyVerdict next) {
    PolicyVerdict rest = next;
    for (List<Applying> group : applying(connection.pod(), connection.direction(), tier)) {
      rest = group(group, connection, standard, next, rest);
    }
    return rest;
  }

  private PolicyVerdict group(
      List<Applying> group,
      Connection connection,
      PolicyVerdict standard,
      PolicyVerdict next,
      PolicyVerdict rest) {
    List<PolicyVerdict> verdicts = new ArrayList<>();
    for (Applying each : group) {
      List<Reached> reached = reached(each, connection);
      if (!reached.isEmpty()) {
        verdicts.add(verdict(reached, standard, next, rest));
      }
    }
    if (verdicts.isEmpty()) {
      return rest;
    }
    boolean agree = verdicts.stream().map(PolicyVerdict::decision).distinct().count() == 1;
    return agree ? verdicts.getFirst() : unordered(verdicts, standard);
  }

  private static PolicyVerdict unordered(List<PolicyVerdict> verdicts, PolicyVerdict standard) {
    String all =
        String.join(
            "; ",
            verdicts.stream()
                .flatMap(verdict -> verdict.other().stream())
                .map(OtherDecision::clause)
                .distinct()
                .toList());
    return new Unknown(
        UnknownReason.FOREIGN_POLICY,
        Optional.empty(),
        standard.isolating(),
        Stream.concat(
                Stream.of(
                    "Policies of one priority decide differently, and the engine may apply any of"
                        + " them: "
                        + all
                        + "."),
                verdicts.stream().flatMap(Unknowns::about))
            .toList());
  }

  /** A rule that matches, or may. */
  private record Reached(Judged judged, int index, Rule rule, Match match) {

    String named() {
      return "rule " + (index + 1) + " of " + judged.policy;
    }
  }

  /** Returns the rules up to the first one that certainly matches. */
  private List<Reached> reached(Applying policy, Connection connection) {
    List<Rule> rules = policy.judged.rules.rules(connection.direction());
    List<Reached> reached = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      Match match = policy.subject.and(matches(rule, connection));
      if (match != Match.NO) {
        reached.add(new Reached(policy.judged, i, rule, match));
      }
      if (match == Match.YES) {
        break;
      }
    }
    return reached;
  }

  private static PolicyVerdict verdict(
      List<Reached> reached, PolicyVerdict standard, PolicyVerdict next, PolicyVerdict rest) {
    PolicyVerdict verdict = rest;
    for (Reached each : reached.reversed()) {
      PolicyVerdict matched = outcome(each, standard, next);
      verdict =
          each.match == Match.YES
              ? matched
              : Unknowns.either(
                  matched, verdict, Unknowns.sentence(each.judged.policy, doubt(each)));
    }
    return verdict;
  }

  private static String doubt(Reached reached) {
    return reached.named()
        + " may "
        + verb(reached.rule.action())
        + " it: "
        + reached.rule.peers().stream()
            .flatMap(
                peer -> peer instanceof Peer.Other(String field) ? Stream.of(field) : Stream.of())
            .findFirst()
            .map(
                field ->
                    field.isEmpty()
                        ? "it has a field that is not known here"
                        : "what its " + field + " match is not known here")
            .orElse("labels or ports that it selects by are not known here");
  }

  private static String verb(Action action) {
    return switch (action) {
      case ACCEPT -> "allow";
      case DENY -> "deny";
      case PASS -> "pass";
    };
  }

  private static PolicyVerdict outcome(
      Reached reached, PolicyVerdict standard, PolicyVerdict next) {
    return switch (reached.rule.action()) {
      case ACCEPT ->
          new Allow(
              standard.isolating(),
              Optional.empty(),
              Optional.of(decision(reached, reached.named() + " allows it", "")));
      case DENY ->
          new Deny(
              standard.isolating(),
              Optional.of(decision(reached, reached.named() + " denies it", remedy(reached))));
      case PASS -> next;
    };
  }

  private static OtherDecision decision(Reached reached, String clause, String remedy) {
    return new OtherDecision(List.of(reached.judged.policy), clause, remedy);
  }

  private static String remedy(Reached reached) {
    String who = "Whoever maintains " + reached.judged.policy;
    return switch (reached.judged.rules.tier()) {
      case ADMIN ->
          "No NetworkPolicy changes that. "
              + who
              + " must allow DNS in a rule before its rule "
              + (reached.index + 1)
              + (reached.judged.rules.priority() == 0
                  ? ": its priority is 0, so no other policy comes before it."
                  : ", or in a policy with a lower priority number.");
      case BASELINE ->
          who
              + " must allow DNS in a rule before its rule "
              + (reached.index + 1)
              + ", or a policy of the Admin tier must allow it, or a NetworkPolicy that isolates"
              + " the pods must allow all that they need.";
    };
  }

  private Match matches(Rule rule, Connection connection) {
    return Match.any(rule.peers().stream(), peer -> matches(peer, rule, connection));
  }

  /** A port on a pod has names; one on an address has none. */
  private Match matches(Peer peer, Rule rule, Connection connection) {
    PeerView view = connection.peer();
    return switch (peer) {
      case Peer.Pods(Selection selection) ->
          view.pod()
              .map(pod -> selects(selection, pod).and(matches(rule.ports(), view.toPod())))
              .orElse(Match.NO);
      case Peer.Networks(var blocks) ->
          Match.of(
                  view.address().stream()
                      .anyMatch(
                          address -> blocks.stream().anyMatch(block -> block.contains(address))))
              .and(matches(rule.ports(), view.toBlock()));
      case Peer.Other _ -> Match.MAYBE.and(matches(rule.ports(), view.toPod()));
    };
  }

  private static Match matches(Optional<List<Port>> ports, PortView view) {
    return ports.map(all -> Match.any(all.stream(), port -> matches(port, view))).orElse(Match.YES);
  }

  private static Match matches(Port port, PortView view) {
    return switch (port) {
      case Port.Range(var protocol, int first, int last) ->
          Match.of(protocol == view.protocol() && first <= view.number() && view.number() <= last);
      case Port.Named(String name) -> Match.of(view.names().contains(name));
      case Port.Other _ -> Match.MAYBE;
    };
  }

  private Match selects(Selection selection, Pod pod) {
    return pod.hostNetwork()
        ? Match.NO
        : Match.of(selection.pods().matches(pod.labels()))
            .and(namespaces.matches(selection.namespaces(), pod.namespace()));
  }
}
