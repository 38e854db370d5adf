package io.github.dnsonde.policy;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingDouble;

import io.github.dnsonde.cluster.CalicoRules;
import io.github.dnsonde.cluster.CalicoRules.Action;
import io.github.dnsonde.cluster.CalicoRules.Hosts;
import io.github.dnsonde.cluster.CalicoRules.NetworkSet;
import io.github.dnsonde.cluster.CalicoRules.Rule;
import io.github.dnsonde.cluster.CalicoRules.Tier;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyRules;
import io.github.dnsonde.policy.PolicyVerdict.Allow;
import io.github.dnsonde.policy.PolicyVerdict.Deny;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import io.github.dnsonde.probe.FirstFew;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Evaluates Calico's policies (Calico documentation, "Network policy", "Tier"). Tiers and their
 * policies have an order, and the first rule that matches decides. NetworkPolicies are policies of
 * order 1000 in the tier {@code default}. Traffic that no rule of a tier with policies for the pod
 * matches is denied, or passes to the next tier. The profile of a namespace allows all the rest.
 */
final class CalicoEvaluator implements FamilyEvaluator {

  /** The order of NetworkPolicies in the tier {@code default}. */
  private static final double STANDARD = 1000;

  /** The tier that exists in each cluster. */
  private static final Tier DEFAULT = new Tier(1_000_000, false);

  private static final String DEFAULT_PREFIX = CalicoRules.DEFAULT_TIER + ".";

  private static final EndpointLabels HOST = new EndpointLabels.OfHost();

  private static final Comparator<Applying> EARLIER_ORDER =
      comparingDouble((Applying each) -> each.judged.rules.order())
          .thenComparing(each -> each.judged.earlierKey());

  /** In order. */
  private final List<Judged> policies;

  private final Map<String, Tier> tiers = new TreeMap<>();
  private final CalicoMatcher matcher;
  private final NamespaceLabels namespaces;

  /** By their tiers. */
  private final Map<Side, Map<String, List<Applying>>> applying = new ConcurrentHashMap<>();

  private final Map<Direction, List<Judged>> onHosts = new ConcurrentHashMap<>();
  private final Map<Direction, List<Judged>> onForward = new ConcurrentHashMap<>();

  /**
   * Creates an evaluator.
   *
   * @param objects Calico's policies with {@link CalicoRules}, and the objects that they refer to
   */
  CalicoEvaluator(List<ForeignPolicy> objects, NamespaceLabels namespaces) {
    this.namespaces = namespaces;
    this.policies =
        objects.stream()
            .flatMap(policy -> Judged.of(policy).stream())
            .sorted(
                comparingDouble((Judged judged) -> judged.rules.order())
                    .thenComparing(Judged::name)
                    .thenComparing(judged -> judged.policy.toString()))
            .toList();
    tiers.put(CalicoRules.DEFAULT_TIER, DEFAULT);
    List<CalicoMatcher.Named> sets = new ArrayList<>();
    boolean allSets = true;
    for (ForeignPolicy each : objects) {
      PolicyRules rules = each.rules().orElse(null);
      if (rules instanceof Tier tier) {
        tiers.put(each.name().orElse(""), tier);
      } else if (rules instanceof NetworkSet set) {
        sets.add(CalicoMatcher.Named.of(set, each.namespace(), namespaces));
      } else if (rules == null && each.kind().kind().endsWith("NetworkSet")) {
        allSets = false;
      }
    }
    this.matcher = new CalicoMatcher(sets, allSets, namespaces);
  }

  private record Judged(ForeignPolicy policy, CalicoRules rules) {

    static Optional<Judged> of(ForeignPolicy policy) {
      return policy.rules().orElse(null) instanceof CalicoRules rules
          ? Optional.of(new Judged(policy, rules))
          : Optional.empty();
    }

    /** The name without the prefix that it has in Calico's own group. */
    String name() {
      String name = policy.name().orElse("");
      return name.startsWith(DEFAULT_PREFIX) ? name.substring(DEFAULT_PREFIX.length()) : name;
    }

    /** The key by which earlier versions of Calico sort policies of equal order. */
    String earlierKey() {
      return policy.namespace().map(namespace -> namespace + "/").orElse("")
          + (rules.tier().equals(CalicoRules.DEFAULT_TIER) ? DEFAULT_PREFIX : "")
          + name();
    }

    Match appliesIn(Direction direction) {
      if (rules.types().contains(direction)) {
        return Match.YES;
      }
      return rules.perhaps().contains(direction) ? Match.MAYBE : Match.NO;
    }
  }

  /** A pod as policies select it, and a direction. */
  private record Side(
      String namespace, Labels labels, Optional<String> serviceAccount, Direction direction) {}

  /** A policy that applies to a pod, or may. */
  private record Applying(Judged judged, Match match) {}

  @Override
  public boolean isEmpty() {
    return policies.isEmpty();
  }

  @Override
  public boolean concerns(Pod pod, Direction direction) {
    return pod.hostNetwork()
        ? !onHosts(direction).isEmpty()
        : !applying(pod, direction).isEmpty() || !onForward(direction).isEmpty();
  }

  /** The policies that may apply to the host endpoint of a node. */
  private List<Judged> onHosts(Direction direction) {
    return onHosts.computeIfAbsent(
        direction,
        _ ->
            policies.stream()
                .filter(judged -> !judged.policy.kind().namespaced())
                .filter(judged -> judged.appliesIn(direction) != Match.NO)
                .filter(judged -> HOST.matches(judged.rules.selects()) != Match.NO)
                .toList());
  }

  /** The policies that may apply to traffic that a node forwards. */
  private List<Judged> onForward(Direction direction) {
    return onForward.computeIfAbsent(
        direction,
        _ ->
            onHosts(direction).stream()
                .filter(judged -> judged.rules.hosts() != Hosts.NOT_FORWARDED)
                .toList());
  }

  private Map<String, List<Applying>> applying(Pod pod, Direction direction) {
    return applying.computeIfAbsent(
        new Side(pod.namespace(), pod.labels(), pod.serviceAccount(), direction),
        _ ->
            policies.stream()
                .filter(judged -> judged.rules.hosts() != Hosts.ONLY)
                .map(judged -> new Applying(judged, selects(judged, pod, direction)))
                .filter(each -> each.match != Match.NO)
                .collect(Collectors.groupingBy(each -> each.judged.rules.tier())));
  }

  private Match selects(Judged judged, Pod pod, Direction direction) {
    boolean elsewhere =
        judged.policy.namespace().filter(name -> !name.equals(pod.namespace())).isPresent();
    return elsewhere
        ? Match.NO
        : judged
            .appliesIn(direction)
            .and(new EndpointLabels.OfPod(pod, namespaces).matches(judged.rules.selects()));
  }

  @Override
  public PolicyVerdict judge(Connection connection, PolicyVerdict standard) {
    if (connection.pod().hostNetwork()) {
      return onNode(connection, standard);
    }
    PolicyVerdict verdict = tiers(connection, standard);
    for (Judged each : onForward(connection.direction())) {
      if (!letsThrough(each, connection)) {
        verdict = Unknowns.either(denied(each, standard), verdict, onForward(each));
      }
    }
    return verdict;
  }

  private PolicyVerdict onNode(Connection connection, PolicyVerdict standard) {
    List<String> about =
        onHosts(connection.direction()).stream()
            .limit(3)
            .map(
                judged ->
                    Unknowns.sentence(
                        judged.policy,
                        judged.policy
                            + " may apply to the host endpoint of the pod's node, of which nothing"
                            + " is known here"))
            .toList();
    return new Unknown(
        UnknownReason.FOREIGN_POLICY, Optional.of(Decision.ALLOW), standard.isolating(), about);
  }

  private boolean letsThrough(Judged judged, Connection connection) {
    for (Rule rule : judged.rules.rules(connection.direction())) {
      Match match = matches(rule, judged, connection);
      if (match != Match.NO) {
        return match == Match.YES && rule.action() != Action.DENY;
      }
    }
    return false;
  }

  /** Returns whether a rule matches and decides. */
  private Match matches(Rule rule, Judged judged, Connection connection) {
    return rule.action() == Action.LOG
        ? Match.NO
        : matcher.matches(rule, judged.policy, connection);
  }

  private static String onForward(Judged judged) {
    return Unknowns.sentence(
        judged.policy,
        judged.policy
            + " may deny it where a host endpoint forwards it, of which nothing is known here");
  }

  private static PolicyVerdict denied(Judged judged, PolicyVerdict standard) {
    return new Deny(
        standard.isolating(),
        Optional.of(new OtherDecision(List.of(judged.policy), judged.policy + " denies it", "")));
  }

  /** Evaluates the tiers backwards: each verdict is that of the tier and all later ones. */
  private PolicyVerdict tiers(Connection connection, PolicyVerdict standard) {
    Map<String, List<Applying>> byTier =
        new TreeMap<>(applying(connection.pod(), connection.direction()));
    if (isolates(standard)) {
      byTier.putIfAbsent(CalicoRules.DEFAULT_TIER, List.of());
    }
    PolicyVerdict verdict = new Allow(standard.isolating(), Optional.empty());
    for (String name : inOrder(byTier).reversed()) {
      List<Applying> all = byTier.getOrDefault(name, List.of());
      verdict = tier(name, tiers.getOrDefault(name, DEFAULT), all, connection, standard, verdict);
    }
    for (Map.Entry<String, List<Applying>> each : byTier.entrySet()) {
      if (!tiers.containsKey(each.getKey())) {
        ForeignPolicy policy = each.getValue().getFirst().judged.policy;
        verdict =
            Unknowns.either(
                tier(each.getKey(), DEFAULT, each.getValue(), connection, standard, verdict),
                verdict,
                Unknowns.sentence(
                    policy,
                    policy + " may decide it: its tier " + each.getKey() + " is not known here"));
      }
    }
    return verdict;
  }

  private static boolean isolates(PolicyVerdict standard) {
    return !(standard instanceof Allow) || !standard.isolating().isEmpty();
  }

  private List<String> inOrder(Map<String, List<Applying>> byTier) {
    Comparator<String> order =
        comparingDouble((String name) -> tiers.getOrDefault(name, DEFAULT).order());
    return byTier.keySet().stream()
        .filter(tiers::containsKey)
        .sorted(order.thenComparing(comparing(name -> name)))
        .toList();
  }

  private PolicyVerdict tier(
      String name,
      Tier tier,
      List<Applying> all,
      Connection connection,
      PolicyVerdict standard,
      PolicyVerdict next) {
    PolicyVerdict verdict = inThisOrder(name, tier, all, connection, standard, next);
    List<Applying> earlier = all.stream().sorted(EARLIER_ORDER).toList();
    boolean isSure =
        earlier.equals(all)
            || inThisOrder(name, tier, earlier, connection, standard, next).decision()
                == verdict.decision();
    return isSure
        ? verdict
        : undecided(
            standard,
            "Policies of equal order in the tier %s decide differently: versions of Calico sort"
                    .formatted(name)
                + " those of a namespace and of the cluster differently.");
  }

  private static PolicyVerdict undecided(PolicyVerdict standard, String sentence) {
    return new Unknown(
        UnknownReason.FOREIGN_POLICY, Optional.empty(), standard.isolating(), List.of(sentence));
  }

  private PolicyVerdict inThisOrder(
      String name,
      Tier tier,
      List<Applying> all,
      Connection connection,
      PolicyVerdict standard,
      PolicyVerdict next) {
    boolean withStandard = name.equals(CalicoRules.DEFAULT_TIER) && isolates(standard);
    PolicyVerdict end = end(name, tier, all, withStandard, standard, next);
    if (!withStandard) {
      return rules(all, connection, standard, next, end);
    }
    PolicyVerdict first = around(all, each -> each < STANDARD, connection, standard, next, end);
    PolicyVerdict last = around(all, each -> each <= STANDARD, connection, standard, next, end);
    return first.decision() == last.decision()
        ? first
        : undecided(
            standard,
            "Policies of order 1000 in the tier default decide differently than"
                + " NetworkPolicies, which have the same order.");
  }

  /** The orders of policies that come before NetworkPolicies. */
  private interface Before {
    boolean comes(double order);
  }

  private PolicyVerdict around(
      List<Applying> all,
      Before before,
      Connection connection,
      PolicyVerdict standard,
      PolicyVerdict next,
      PolicyVerdict end) {
    PolicyVerdict later =
        rules(
            all.stream().filter(each -> !before.comes(each.judged.rules.order())).toList(),
            connection,
            standard,
            next,
            end);
    return rules(
        all.stream().filter(each -> before.comes(each.judged.rules.order())).toList(),
        connection,
        standard,
        next,
        standard(standard, later));
  }

  /** NetworkPolicies only allow: what they do not allow is left to the policies after them. */
  private static PolicyVerdict standard(PolicyVerdict standard, PolicyVerdict later) {
    return switch (standard) {
      case Allow _ -> standard;
      case Deny _ -> later;
      case Unknown _ -> later.decision() == Decision.ALLOW ? later : standard;
    };
  }

  /** The verdict on traffic that no rule of a tier matches. */
  private static PolicyVerdict end(
      String name,
      Tier tier,
      List<Applying> all,
      boolean withStandard,
      PolicyVerdict standard,
      PolicyVerdict next) {
    if (withStandard && standard instanceof Deny) {
      return standard;
    }
    if (withStandard && standard instanceof Unknown && (all.isEmpty() || tier.passes())) {
      return standard; // only NetworkPolicies can deny here
    }
    if (tier.passes() || all.isEmpty()) {
      return next;
    }
    List<Applying> certain = all.stream().filter(each -> each.match == Match.YES).toList();
    PolicyVerdict denied = unmatched(name, certain.isEmpty() ? all : certain, standard);
    return certain.isEmpty()
        ? Unknowns.either(denied, next, mayApply(all.getFirst().judged.policy))
        : denied;
  }

  private static String mayApply(ForeignPolicy policy) {
    return Unknowns.sentence(
        policy, policy + " may apply to the pod: labels that it selects by are not known here");
  }

  private static PolicyVerdict unmatched(String tier, List<Applying> all, PolicyVerdict standard) {
    List<ForeignPolicy> policies = all.stream().map(each -> each.judged.policy).toList();
    String names = FirstFew.of(policies, 3);
    boolean one = policies.size() == 1;
    String clause =
        names
            + (one ? " applies" : " apply")
            + " to the pod, and no rule of the tier "
            + tier
            + " allows it";
    String remedy =
        "Whoever maintains "
            + names
            + " must add a rule that allows DNS"
            + (tier.equals(CalicoRules.DEFAULT_TIER)
                ? "; a NetworkPolicy that allows it is also enough."
                : " or passes it to the next tier.");
    return new Deny(standard.isolating(), Optional.of(new OtherDecision(policies, clause, remedy)));
  }

  /** A rule that matches, or may. */
  private record Reached(Judged judged, int index, Rule rule, Match match) {

    String named() {
      return "rule " + (index + 1) + " of " + judged.policy;
    }
  }

  private PolicyVerdict rules(
      List<Applying> all,
      Connection connection,
      PolicyVerdict standard,
      PolicyVerdict next,
      PolicyVerdict end) {
    List<Reached> reached = reached(all, connection);
    boolean decided = !reached.isEmpty() && reached.getLast().match == Match.YES;
    PolicyVerdict verdict = decided ? outcome(reached.getLast(), standard, next) : end;
    for (Reached each : reached.reversed()) {
      if (each.match == Match.MAYBE) {
        verdict =
            Unknowns.either(
                outcome(each, standard, next),
                verdict,
                Unknowns.sentence(each.judged.policy, doubt(each)));
      }
    }
    return verdict;
  }

  /** Returns the rules up to the first one that certainly matches. */
  private List<Reached> reached(List<Applying> all, Connection connection) {
    List<Reached> reached = new ArrayList<>();
    for (Applying each : all) {
      List<Rule> rules = each.judged.rules.rules(connection.direction());
      for (int i = 0; i < rules.size(); i++) {
        Rule rule = rules.get(i);
        Match match = each.match.and(matches(rule, each.judged, connection));
        if (match != Match.NO) {
          reached.add(new Reached(each.judged, i, rule, match));
        }
        if (match == Match.YES) {
          return reached;
        }
      }
    }
    return reached;
  }

  private static String doubt(Reached reached) {
    String verb =
        switch (reached.rule.action()) {
          case ALLOW -> "allow";
          case DENY -> "deny";
          case PASS -> "pass";
          case LOG -> "log";
        };
    return reached.named() + " may " + verb + " it: " + CalicoMatcher.doubt(reached.rule);
  }

  private static PolicyVerdict outcome(
      Reached reached, PolicyVerdict standard, PolicyVerdict next) {
    return switch (reached.rule.action()) {
      case ALLOW ->
          new Allow(
              standard.isolating(),
              Optional.empty(),
              Optional.of(
                  new OtherDecision(
                      List.of(reached.judged.policy), reached.named() + " allows it", "")));
      case DENY ->
          new Deny(
              standard.isolating(),
              Optional.of(
                  new OtherDecision(
                      List.of(reached.judged.policy),
                      reached.named() + " denies it",
                      remedy(reached))));
      case PASS, LOG -> next;
    };
  }

  private static String remedy(Reached reached) {
    CalicoRules rules = reached.judged.rules;
    boolean later = rules.tier().equals(CalicoRules.DEFAULT_TIER) && rules.order() > STANDARD;
    return (later ? "" : "No NetworkPolicy changes that. ")
        + "Whoever maintains "
        + reached.judged.policy
        + " must allow DNS in a rule before its rule "
        + (reached.index + 1)
        + ", or in a policy of its tier with a lower order"
        + (later ? "; a NetworkPolicy that allows DNS also comes before it." : ".");
  }
}
