package io.github.dnsonde.probe;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything to probe from now on.
 *
 * @param probes each at most once
 * @param candidates every pod that was considered, with the result; none if there was nothing to
 *     choose from
 * @param resolver the settings of the agent's own stub resolver
 * @param remarks notes for operators about the servers and the cluster, a sentence each
 * @param networks the network namespace of each pod, as far as it was looked up
 * @param roles the roles of vantages in the probing of the whole cluster; {@link Role#ALONE} for
 *     those that are missing
 * @param onNode the servers that run on this node, whose queries do not count for the cluster
 * @param lookups the lookups to repeat, each at most once
 * @param trials the trials to repeat, each at most once
 */
public record Plan(
    List<Probe> probes,
    List<Candidate> candidates,
    ResolverSettings resolver,
    List<String> remarks,
    Map<PodAddress, NetworkChoice> networks,
    Map<Vantage, Role> roles,
    Set<Server> onNode,
    List<Lookup> lookups,
    List<Trial> trials) {

  /** A plan without probes. */
  public static final Plan EMPTY = new Plan(List.of());

  public Plan {
    probes = List.copyOf(probes);
    candidates = List.copyOf(candidates);
    requireNonNull(resolver, "resolver is null");
    remarks = List.copyOf(remarks);
    networks = Map.copyOf(networks);
    roles = Map.copyOf(roles);
    onNode = Set.copyOf(onNode);
    lookups = List.copyOf(lookups);
    trials = List.copyOf(trials);
    if (Set.copyOf(probes).size() != probes.size()) {
      throw new IllegalArgumentException("a plan names a probe twice");
    }
  }

  /** Creates a plan of an agent that shares its work with no other. */
  public Plan(
      List<Probe> probes,
      List<Candidate> candidates,
      ResolverSettings resolver,
      List<String> remarks,
      Map<PodAddress, NetworkChoice> networks) {
    this(probes, candidates, resolver, remarks, networks, Map.of(), Set.of(), List.of(), List.of());
  }

  /** Creates a plan for which no network namespace was looked up. */
  public Plan(
      List<Probe> probes,
      List<Candidate> candidates,
      ResolverSettings resolver,
      List<String> remarks) {
    this(probes, candidates, resolver, remarks, Map.of());
  }

  /** Creates a plan without remarks about its servers. */
  public Plan(List<Probe> probes, List<Candidate> candidates) {
    this(probes, candidates, ResolverSettings.NONE, List.of());
  }

  /** Creates a plan without a choice of pods. */
  public Plan(List<Probe> probes) {
    this(probes, List.of());
  }

  /** The vantages that this plan sends queries from. */
  public Set<Vantage> vantages() {
    return probes.stream().map(Probe::vantage).collect(toUnmodifiableSet());
  }

  /** The policy class of each pod that was considered. */
  public Map<NamespacedName, String> policyClasses() {
    return candidates.stream()
        .collect(toMap(Candidate::namespacedPod, Candidate::policyClass, (one, _) -> one));
  }

  /**
   * Returns the plan with other probes and roles.
   *
   * @param present the probes that the roles leave; lookups are left to core vantages; trials are
   *     planned afterwards
   */
  public Plan divided(List<Probe> present, Map<Vantage, Role> changed, Set<Server> near) {
    List<Lookup> core =
        lookups.stream()
            .filter(
                lookup -> changed.getOrDefault(lookup.vantage(), Role.ALONE) instanceof Role.Core)
            .toList();
    return new Plan(
        present, candidates, resolver, remarks, networks, changed, near, core, List.of());
  }

  /** Returns the plan with these lookups. */
  public Plan lookingUp(List<Lookup> added) {
    return new Plan(probes, candidates, resolver, remarks, networks, roles, onNode, added, trials);
  }

  /** Returns the plan with these trials. */
  public Plan trying(List<Trial> added) {
    return new Plan(probes, candidates, resolver, remarks, networks, roles, onNode, lookups, added);
  }

  /**
   * Returns true if the work of this node is a part of the cluster's, so that vantages have roles.
   */
  public boolean isDivided() {
    return !roles.isEmpty();
  }

  /** The role of a vantage. */
  public Role role(Vantage vantage) {
    return roles.getOrDefault(vantage, Role.ALONE);
  }

  /** Returns true if a vantage is not in the background. */
  public boolean isCore(Vantage vantage) {
    return role(vantage) instanceof Role.Core;
  }

  /** The servers that this plan queries. */
  public Set<Server> servers() {
    return probes.stream().map(Probe::server).collect(toUnmodifiableSet());
  }

  /** The servers that the own resolver of at least one vantage queries. */
  public Set<Server> serversInUse() {
    return probes.stream().filter(Probe::inUse).map(Probe::server).collect(toUnmodifiableSet());
  }

  /**
   * The namespaces that have pods here and no vantage, by name, each with the reason: of several
   * reasons the one that is nearest to a vantage.
   */
  public Map<String, VantageStatus> blind() {
    Map<String, VantageStatus> blind = new TreeMap<>();
    candidates.stream()
        .sorted(Comparator.comparing(Candidate::status))
        .filter(candidate -> candidate.status().counts())
        .forEach(candidate -> blind.putIfAbsent(candidate.namespace(), candidate.status()));
    blind.values().removeIf(vantageStatus -> vantageStatus == VantageStatus.CHOSEN);
    return blind;
  }
}
