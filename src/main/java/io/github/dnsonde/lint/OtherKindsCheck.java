package io.github.dnsonde.lint;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import io.github.dnsonde.change.DnsServer;
import io.github.dnsonde.cluster.CiliumSettings;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.Direction;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.Gaps;
import io.github.dnsonde.cluster.Labels;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.cluster.PolicySet;
import io.github.dnsonde.lint.Inventory.Foreign;
import io.github.dnsonde.lint.NamespaceScope.AlikePods;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.DomainRules;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.policy.PolicyVerdict;
import io.github.dnsonde.policy.PortProtocol;
import io.github.dnsonde.policy.SuggestedPolicy;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The check of policies of other kinds whose rules can be evaluated, together with the
 * NetworkPolicies. For denials, all of the input is taken to be in one cluster, so that nothing is
 * reported that another file allows. What depends on labels that files do not show is not reported.
 */
final class OtherKindsCheck {

  private static final int NAMED = 3;

  /** The maximum number of namespaces for which a finding has a fix. */
  private static final int FIXES = 3;

  private final ClusterDns clusterDns;
  private final Map<String, Labels> known;
  private final List<Foreign> foreign;
  private final List<Foreign> judged;
  private final Map<String, List<NetworkPolicy>> standard;
  private final Map<String, List<Inventory.Placed>> workloads;
  private final Map<String, PolicyEvaluator> evaluators = new HashMap<>();

  OtherKindsCheck(ClusterDns clusterDns, Map<String, Labels> known, List<Inventory> inventories) {
    this.clusterDns = clusterDns;
    this.known = known;
    this.foreign = inventories.stream().flatMap(each -> each.foreign().stream()).toList();
    this.judged =
        foreign.stream()
            .filter(each -> !each.policy().isUnjudged())
            .filter(
                each ->
                    !each.policy().kind().isReferredTo()
                        || CiliumSettings.enforcement(each.policy()).isPresent())
            .filter(each -> each.policy().directions().contains(Direction.EGRESS))
            .toList();
    this.standard =
        inventories.stream()
            .flatMap(each -> each.valid().stream())
            .map(LocatedPolicy::policy)
            .collect(groupingBy(NetworkPolicy::namespace));
    this.workloads =
        inventories.stream()
            .flatMap(each -> each.workloads().stream())
            .filter(each -> each.workload().usesClusterDns())
            .filter(each -> !clusterDns.areDnsPods(each.namespace(), each.workload().labels()))
            .collect(groupingBy(Inventory.Placed::namespace));
  }

  /**
   * Returns true if policies of other kinds allow pods to query DNS, whatever NetworkPolicies do.
   * Never for made-up pods: they may have other labels.
   */
  boolean allow(AlikePods pods) {
    if (judged.isEmpty() || pods.members().stream().anyMatch(each -> each.made().isPresent())) {
      return false;
    }
    PolicyEvaluator evaluator =
        evaluator(pods.pod(), pods.policies(known).policies(), pods.at().foreign());
    return clusterDns.all().stream()
        .allMatch(
            server ->
                Stream.of(Transport.values())
                    .map(transport -> verdict(evaluator, pods.pod(), server, transport))
                    .allMatch(
                        verdict ->
                            verdict.decision() == Decision.ALLOW && verdict.other().isPresent()));
  }

  /** Returns a finding for each policy of another kind that denies pods DNS. */
  Map<Document, Violation> denials() {
    Map<Document, Denied> denied = new LinkedHashMap<>();
    for (Subject subject : subjects()) {
      PolicyEvaluator evaluator = evaluator(subject.pod);
      denials(evaluator, subject.pod)
          .forEach(
              (query, other) ->
                  located(other)
                      .forEach(
                          document ->
                              denied
                                  .computeIfAbsent(document, _ -> new Denied(other))
                                  .add(subject, query, evaluator)));
    }
    Map<Document, Violation> violations = new LinkedHashMap<>();
    denied.forEach((document, each) -> violations.put(document, violation(document, each)));
    return violations;
  }

  /** Returns a finding for each policy of Cilium whose toFQDNs learn no address. */
  Map<Document, Violation> unfedDomains() {
    Map<Document, Set<String>> unfed = new LinkedHashMap<>();
    Map<String, DomainRules> rules = new HashMap<>();
    List<Destination> servers = clusterDns.all();
    for (Subject subject : subjects()) {
      List<ForeignPolicy> all =
          rules
              .computeIfAbsent(subject.pod.namespace(), _ -> DomainRules.of(evaluator(subject.pod)))
              .unfed(subject.pod, servers);
      foreign.stream()
          .filter(each -> all.contains(each.policy()))
          .forEach(
              each ->
                  unfed.computeIfAbsent(each.document(), _ -> new TreeSet<>()).add(subject.who));
    }
    Map<Document, Violation> violations = new LinkedHashMap<>();
    unfed.forEach(
        (document, who) ->
            violations.put(
                document, ManifestChecks.unfedDomains(document, FirstFew.of(who, NAMED))));
    return violations;
  }

  /** Returns the evaluator of all of the input for the pods of a namespace. */
  private PolicyEvaluator evaluator(Pod pod) {
    return evaluators.computeIfAbsent(
        pod.namespace(),
        namespace -> evaluator(pod, standard.getOrDefault(namespace, List.of()), foreign));
  }

  private Violation violation(Document document, Denied denied) {
    Map<String, PolicyObject> fixes = fixes(denied);
    return ManifestChecks.denied(
        document,
        denied.shown(),
        says(denied, fixes.keySet()),
        fixes.isEmpty() ? Optional.empty() : Optional.of(PolicyYaml.texts(fixes.values())));
  }

  /** Returns the decision, whose rule must change, and for which pods the fixes are. */
  private static String says(Denied denied, Set<String> fixed) {
    boolean all = fixed.isEmpty() || fixed.containsAll(denied.places.keySet());
    return Stream.of(
            denied.by.clause(),
            denied.by.remedy(),
            all
                ? ""
                : "The suggested policies are for namespace "
                    + String.join(" and ", fixed)
                    + "; the other namespaces need the same.")
        .filter(text -> !text.isEmpty())
        .map(text -> text.endsWith(".") ? text : text + ".")
        .collect(joining(" "));
  }

  /**
   * A query of pods.
   *
   * @param server the server, for people
   */
  private record Query(String server, Transport over) {}

  /**
   * The pods that a policy denies queries, and the decision about the first of each namespace.
   *
   * @param queries by the pods' names for people
   */
  private record Denied(
      OtherDecision by, Map<String, List<Query>> queries, Map<String, Decided> places) {

    Denied(OtherDecision by) {
      this(by, new TreeMap<>(), new TreeMap<>());
    }

    void add(Subject subject, Query query, PolicyEvaluator evaluator) {
      queries.computeIfAbsent(subject.who, _ -> new ArrayList<>()).add(query);
      places.putIfAbsent(subject.pod.namespace(), new Decided(evaluator, subject.pod));
    }

    /** Returns the pods with their queries: {@code Pod api query kube-dns over TCP}. */
    String shown() {
      Map<String, Set<String>> byQueries = new LinkedHashMap<>();
      queries.forEach(
          (who, all) -> byQueries.computeIfAbsent(shown(all), _ -> new LinkedHashSet<>()).add(who));
      return byQueries.entrySet().stream()
          .map(each -> FirstFew.of(each.getValue(), NAMED) + " query " + each.getKey())
          .collect(joining(", or "));
    }

    private static String shown(List<Query> all) {
      Map<String, Set<Transport>> servers = new LinkedHashMap<>();
      all.forEach(
          query ->
              servers
                  .computeIfAbsent(query.server, _ -> EnumSet.noneOf(Transport.class))
                  .add(query.over));
      return servers.entrySet().stream()
          .map(each -> each.getKey() + over(each.getValue()))
          .collect(joining(" or "));
    }

    private static String over(Set<Transport> some) {
      return some.size() == Transport.values().length
          ? ""
          : some.contains(Transport.UDP)
              ? " over UDP"
              : " over TCP, so that long answers are truncated and then fail";
    }
  }

  /** A pod that is denied DNS, and the evaluator that says so. */
  private record Decided(PolicyEvaluator evaluator, Pod pod) {}

  /**
   * Returns policies that allow it, by their namespace, of which none replaces another. Names of
   * namespaces that files do not show are in no policy.
   */
  private Map<String, PolicyObject> fixes(Denied denied) {
    Map<String, PolicyObject> fixes = new TreeMap<>();
    denied.places.entrySet().stream()
        .filter(place -> !place.getKey().equals(NamespaceScope.NAMELESS))
        .limit(FIXES)
        .forEach(
            place ->
                SuggestedPolicy.of(
                        with(fixes.values(), place.getValue().evaluator),
                        place.getValue().pod,
                        clusterDns.all())
                    .egress()
                    .ifPresent(policy -> fixes.put(place.getKey(), policy)));
    return fixes;
  }

  private static PolicyEvaluator with(Collection<PolicyObject> further, PolicyEvaluator evaluator) {
    PolicySet policies = evaluator.policies();
    for (PolicyObject policy : further) {
      policies = policies.with(policy);
    }
    return further.isEmpty() ? evaluator : new PolicyEvaluator(policies);
  }

  private Stream<Document> located(OtherDecision other) {
    return foreign.stream()
        .filter(each -> other.policies().contains(each.policy()))
        .map(Foreign::document);
  }

  /** A pod, and its name for people. */
  private record Subject(Pod pod, String who) {}

  /**
   * The pods of workloads, and one without labels for each namespace that has none and for all of
   * whose pods a policy is meant.
   */
  private List<Subject> subjects() {
    if (judged.isEmpty()) {
      return List.of();
    }
    List<Subject> subjects = new ArrayList<>();
    Set<String> places =
        judged.stream()
            .map(Foreign::policy)
            .filter(policy -> policy.subject().alike())
            .map(policy -> policy.namespace().orElse(NamespaceScope.NAMELESS))
            .collect(Collectors.toCollection(TreeSet::new));
    workloads.forEach(
        (namespace, all) ->
            all.forEach(
                each ->
                    subjects.add(
                        new Subject(
                            pod(namespace, each.workload().labels()),
                            each.workload().who() + shown(namespace)))));
    places.stream()
        .filter(place -> !workloads.containsKey(place))
        .filter(place -> !place.equals(NamespaceScope.NAMELESS) || workloads.isEmpty())
        .forEach(
            place -> subjects.add(new Subject(pod(place, Labels.NONE), "pods" + shown(place))));
    return subjects;
  }

  private static String shown(String namespace) {
    return namespace.equals(NamespaceScope.NAMELESS) ? "" : " of namespace " + namespace;
  }

  private static Pod pod(String namespace, Labels labels) {
    return Pods.of(namespace, labels, List.of(), List.of());
  }

  /**
   * Returns the queries that policies of other kinds deny. Where a cache may be queried, pods need
   * no other server; without any server, it does not matter which caches are missing.
   */
  private Map<Query, OtherDecision> denials(PolicyEvaluator evaluator, Pod pod) {
    Map<Query, OtherDecision> denied = new LinkedHashMap<>();
    List<Destination> caches = clusterDns.caches().stream().map(clusterDns::onNode).toList();
    boolean isCutOff = false;
    for (Transport over : Transport.values()) {
      boolean cached =
          caches.stream()
              .anyMatch(to -> verdict(evaluator, pod, to, over).decision() == Decision.ALLOW);
      Optional<OtherDecision> other =
          cached ? Optional.empty() : denial(evaluator, pod, clusterDns.destinations(), over);
      other.ifPresent(by -> denied.put(new Query(clusterDns.shown(), over), by));
      isCutOff |= over == Transport.UDP && other.isPresent();
    }
    if (!isCutOff) {
      clusterDns
          .nodeCaches()
          .filter(_ -> clusterDns.hasPods())
          .forEach(
              cache -> {
                for (Transport over : Transport.values()) {
                  denial(evaluator, pod, List.of(cache.destination()), over)
                      .ifPresent(by -> denied.put(new Query(shown(cache), over), by));
                }
              });
    }
    return denied;
  }

  private static String shown(DnsServer cache) {
    return cache.name() + " (" + Addresses.text(cache.address()) + ")";
  }

  private static Optional<OtherDecision> denial(
      PolicyEvaluator evaluator, Pod pod, List<Destination> servers, Transport over) {
    List<PolicyVerdict> verdicts =
        servers.stream().map(server -> verdict(evaluator, pod, server, over)).toList();
    return verdicts.stream().allMatch(verdict -> verdict.decision() == Decision.DENY)
        ? verdicts.stream().flatMap(verdict -> verdict.other().stream()).findFirst()
        : Optional.empty();
  }

  private static PolicyVerdict verdict(
      PolicyEvaluator evaluator, Pod pod, Destination server, Transport transport) {
    return evaluator.egress(pod, server, PortProtocol.over(transport));
  }

  private PolicyEvaluator evaluator(Pod pod, List<NetworkPolicy> policies, List<Foreign> others) {
    Set<String> unlabelled =
        Stream.of(pod.namespace(), clusterDns.namespace())
            .filter(namespace -> !known.containsKey(namespace))
            .collect(Collectors.toSet());
    return new PolicyEvaluator(
        new PolicySet(
            known,
            policies,
            List.of(),
            others.stream().map(Foreign::policy).toList(),
            new Gaps(Map.of(), unlabelled, Map.of(), List.of(), List.of())));
  }
}
