package io.github.dnsonde.policy;

import static java.util.Objects.requireNonNull;

import io.github.dnsonde.cluster.CiliumRules.Section;
import io.github.dnsonde.cluster.CiliumRules.Traffic;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.CiliumSettings.Enforcement;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.policy.PolicyVerdict.Allow;
import io.github.dnsonde.policy.PolicyVerdict.Deny;
import io.github.dnsonde.policy.PolicyVerdict.Grant;
import io.github.dnsonde.policy.PolicyVerdict.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules that a connection reaches, collected until the verdict follows from them. What is not
 * known is tried both ways: the verdict is unknown only if it depends on it.
 */
final class CiliumTally {

  private final Direction direction;
  private final CiliumTraffic traffic;
  private final PolicyVerdict standard;
  private final Optional<ForeignPolicy> settings;
  private final List<Reached> denying = new ArrayList<>();
  private final List<Reached> mayDeny = new ArrayList<>();
  private final List<Reached> allowing = new ArrayList<>();
  private final List<Reached> mayAllow = new ArrayList<>();
  private final List<ForeignPolicy> isolating = new ArrayList<>();
  private final List<ForeignPolicy> mayIsolate = new ArrayList<>();
  private Optional<ForeignPolicy> toDomains = Optional.empty();

  /** The rules of a policy in a direction, and whether its subject includes the pod. */
  record Applying(ForeignPolicy policy, Section section, Match subject) {}

  /**
   * A rule that matches, or may.
   *
   * @param index its index among those that allow, or among those that deny
   * @param match whether the rule matches the connection
   * @param subject whether the policy's subject includes the pod
   */
  record Reached(
      ForeignPolicy policy, Traffic rule, int index, boolean denies, Match match, Match subject) {
    Reached {
      requireNonNull(match, "match is null");
      requireNonNull(subject, "subject is null");
    }

    boolean isSure() {
      return match.and(subject) == Match.YES;
    }
  }

  /**
   * The answer of NetworkPolicies: whether they allow the connection, and by which rule.
   *
   * @param forPort whether a rule that allows it is for exactly its port: Cilium's DNS proxy then
   *     lets all names through
   */
  record Standard(Match allows, Optional<Grant> by, boolean forPort) {}

  /**
   * Creates an empty collection.
   *
   * @param settings Cilium's; empty if they are not known
   */
  CiliumTally(
      Direction direction,
      CiliumTraffic traffic,
      PolicyVerdict standard,
      Optional<ForeignPolicy> settings) {
    this.settings = settings;
    this.direction = direction;
    this.traffic = traffic;
    this.standard = standard;
  }

  /** Adds a policy that applies, or may, and those of its rules that a connection reaches. */
  void add(Applying policy, List<Reached> rules) {
    for (Reached each : rules) {
      boolean sure = each.isSure();
      (each.denies ? sure ? denying : mayDeny : sure ? allowing : mayAllow).add(each);
    }
    boolean allowsItself = rules.stream().anyMatch(rule -> !rule.denies && rule.match == Match.YES);
    if (policy.section.defaultDeny() && policy.subject == Match.YES) {
      isolating.add(policy.policy);
    } else if (policy.section.defaultDeny() && !allowsItself) {
      mayIsolate.add(policy.policy);
    }
    if (policy.section.hasDomains()) {
      toDomains = toDomains.or(() -> Optional.of(policy.policy));
    }
  }

  /** Returns the verdict of these rules and of NetworkPolicies. */
  PolicyVerdict verdict(Standard networkPolicies) {
    if (!denying.isEmpty()) {
      return new Deny(
          standard.isolating(), Optional.of(CiliumWords.denied(denying.getFirst(), direction)));
    }
    boolean isolatesStandard = !standard.isolating().isEmpty();
    boolean isolated = !isolating.isEmpty() || isolatesStandard || isolatesAll();
    boolean allowed = !allowing.isEmpty() || networkPolicies.allows == Match.YES;
    boolean mayBeIsolated = isolated || !mayIsolate.isEmpty() || standard instanceof Unknown;
    boolean mayBeAllowed =
        allowed || !mayAllow.isEmpty() || networkPolicies.allows == Match.MAYBE || !isolated;
    boolean mayBeDenied = !mayDeny.isEmpty() || (!allowed && mayBeIsolated);
    if (mayBeDenied && mayBeAllowed) {
      return unknown(allowed || !isolated ? Decision.ALLOW : Decision.DENY);
    }
    return mayBeAllowed
        ? allowed(networkPolicies, mayBeIsolated && !networkPolicies.forPort)
        : isolated();
  }

  /**
   * Returns the verdict if it is allowed.
   *
   * @param filtered whether the DNS proxy may refuse names
   */
  private PolicyVerdict allowed(Standard networkPolicies, boolean filtered) {
    if (!allowing.isEmpty()) {
      return new Allow(
          standard.isolating(),
          Optional.empty(),
          Optional.of(CiliumWords.allowed(allowing, direction, traffic, filtered, toDomains)));
    }
    return new Allow(standard.isolating(), networkPolicies.by);
  }

  private PolicyVerdict isolated() {
    List<ForeignPolicy> by =
        isolating.isEmpty() && standard.isolating().isEmpty()
            ? settings.stream().toList()
            : isolating.stream().distinct().toList();
    return by.isEmpty()
        ? new Deny(standard.isolating())
        : new Deny(
            standard.isolating(),
            Optional.of(
                CiliumWords.isolated(by, direction, traffic, toDomains, settings.isPresent())));
  }

  private boolean isolatesAll() {
    return settings
        .flatMap(CiliumSettings::enforcement)
        .filter(Enforcement.ALWAYS::equals)
        .isPresent();
  }

  /**
   * NetworkPolicies are the reason if nothing else is: those that cannot be evaluated, or blocks.
   */
  private PolicyVerdict unknown(Decision likely) {
    List<String> about =
        Stream.concat(
                Stream.concat(mayDeny.stream(), mayAllow.stream())
                    .map(each -> CiliumWords.doubt(each, direction)),
                mayIsolate.stream().distinct().map(CiliumWords::doubt))
            .toList();
    if (about.isEmpty() && standard instanceof Unknown) {
      return standard;
    }
    return new Unknown(
        UnknownReason.FOREIGN_POLICY,
        Optional.of(likely),
        standard.isolating(),
        about.isEmpty() ? List.of(CiliumWords.ofNetworkPolicies(standard.isolating())) : about);
  }
}
