package io.github.dnsonde.change;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.cluster.LabelSelector;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.policy.PolicyEvaluator;
import io.github.dnsonde.policy.PolicyVerdict;
import io.github.dnsonde.policy.PortProtocol;
import io.github.dnsonde.policy.SuggestedPolicy;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Judges a change of a cluster before it is applied: which pods could query DNS before and could
 * not after, and which part of the change causes that.
 *
 * <p>It judges the pods of the namespaces that the change names; of all namespaces, if it changes
 * the namespace of the cluster's DNS. Pods that are alike to all policies are judged once.
 */
public final class ChangeJudge {

  private final ClusterState before;
  private final ClusterState after;
  private final Change change;
  private final PolicyEvaluator evaluatorBefore;
  private final PolicyEvaluator evaluatorAfter;
  private final Set<Pod> dnsPods;
  private final Likenesses likenessesBefore;
  private final Likenesses likenessesAfter;
  private final Predicate<String> concerned;
  private final Predicate<Pod> wanted;
  private final Causes causes;

  private ChangeJudge(ClusterState before, Change change, Predicate<Pod> wanted) {
    this.change = change;
    this.wanted = wanted;
    this.dnsPods = before.dnsPods();
    ClusterState changed = change.after(before);
    this.likenessesBefore = new Likenesses(before.policies());
    this.likenessesAfter = new Likenesses(changed.policies());
    this.before = reduced(before, likenessesBefore);
    this.after = reduced(changed, likenessesAfter);
    this.evaluatorBefore = new PolicyEvaluator(before.policies());
    this.evaluatorAfter = new PolicyEvaluator(after.policies());
    Set<String> dns = before.dnsNamespaces();
    boolean all = change.isForAll(dns);
    Set<String> touched = change.touched();
    this.concerned = namespace -> all || touched.contains(namespace);
    this.causes = new Causes(change, before, evaluatorBefore, evaluatorAfter);
  }

  private static ClusterState reduced(ClusterState state, Likenesses likenesses) {
    return state.with(state.servers().stream().map(likenesses::reduced).toList());
  }

  /** Returns the judgement of a change. */
  public static ChangeVerdict judge(ClusterState before, Change change) {
    return new ChangeJudge(before, change, _ -> true).judge();
  }

  /** Returns only what gets worse, without a look at pods for which nothing can. */
  public static List<Consequence> worse(ClusterState before, Change change) {
    return new ChangeJudge(before, change, AtRisk.of(before, change))
        .judge().consequences().stream()
            .filter(consequence -> consequence.effect().isWorse())
            .toList();
  }

  /**
   * Pods that are alike.
   *
   * @param before one of them, before
   * @param after the same one, after
   * @param serversBefore the servers that it queries
   */
  private record Alike(
      Presence presence,
      Pod before,
      Pod after,
      List<DnsServer> serversBefore,
      List<DnsServer> serversAfter,
      Map<String, Integer> workloads) {}

  /** The properties by which policies distinguish pods. */
  private record Likeness(
      Likenesses.OfSource before, Likenesses.OfSource after, List<InetAddress> servers) {}

  /** A pod before and after. */
  private record Subject(
      Pod before, Pod after, List<DnsServer> serversBefore, List<DnsServer> serversAfter) {}

  /** Consequences with the same key are reported together. */
  private record Key(
      Effect effect,
      Presence presence,
      String namespace,
      boolean total,
      List<PathChange> paths,
      List<Cause> causes) {}

  private record Judged(Alike pods, List<PathChange> paths) {}

  private ChangeVerdict judge() {
    List<Alike> all = new ArrayList<>(running());
    all.addAll(planned());
    all.addAll(possible(all));
    all.removeIf(pods -> change.expectsNoDns(pods.after()));
    List<Judged> judged = all.stream().map(pods -> new Judged(pods, paths(pods))).toList();
    return new ChangeVerdict(consequences(judged), workloads(judged));
  }

  private List<Alike> running() {
    Map<Likeness, List<Subject>> alike = new LinkedHashMap<>();
    for (int i = 0; i < before.pods().size(); i++) {
      Pod pod = before.pods().get(i);
      if (isJudged(pod) && !dnsPods.contains(pod)) {
        Pod changed = after.pods().get(i);
        List<DnsServer> servers = servers(pod, before);
        if (!servers.isEmpty() && !change.expectsNoDns(changed)) {
          alike
              .computeIfAbsent(likeness(pod, changed, servers), _ -> new ArrayList<>())
              .add(new Subject(pod, changed, servers, servers(changed, after)));
        }
      }
    }
    return alike.values().stream().map(ChangeJudge::alike).toList();
  }

  private boolean isJudged(Pod pod) {
    return concerned.test(pod.namespace())
        && pod.phase() != Pod.Phase.FINISHED
        && !pod.deleting()
        && !pod.hostNetwork()
        && wanted.test(pod)
        && change.workloads().stream().noneMatch(each -> !each.queriesDns() && each.makes(pod));
  }

  private Likeness likeness(Pod pod, Pod changed, List<DnsServer> servers) {
    return new Likeness(
        likenessesBefore.of(pod),
        likenessesAfter.of(changed),
        servers.stream().map(DnsServer::address).toList());
  }

  private static Alike alike(List<Subject> all) {
    Map<String, Integer> workloads = new TreeMap<>();
    all.forEach(
        subject ->
            workloads.merge(
                PlannedWorkload.shown(PlannedWorkload.owner(subject.before())), 1, Integer::sum));
    Subject first = all.getFirst();
    return new Alike(
        Presence.RUNNING,
        first.before(),
        first.after(),
        first.serversBefore(),
        first.serversAfter(),
        workloads);
  }

  /** The servers that a pod queries: those of the cluster, or those that it names. */
  private static List<DnsServer> servers(Pod pod, ClusterState state) {
    return switch (pod.dns().policy()) {
      case CLUSTER_FIRST -> state.servers();
      case DEFAULT -> List.of();
      case NONE ->
          state.servers().stream()
              .filter(server -> pod.dns().nameservers().contains(server.address()))
              .toList();
    };
  }

  /** The workloads of the change without pods so far. */
  private List<Alike> planned() {
    Map<String, List<Pod>> byNamespace = before.pods().stream().collect(groupingBy(Pod::namespace));
    return change.workloads().stream()
        .filter(PlannedWorkload::queriesDns)
        .filter(
            workload ->
                byNamespace.getOrDefault(workload.namespace(), List.of()).stream()
                    .noneMatch(workload::makes))
        .filter(workload -> !isOfDns(workload))
        .map(
            workload ->
                unborn(
                    Presence.PLANNED,
                    SamplePods.of(
                        workload.namespace(), Optional.of(workload.owner()), workload.labels()),
                    PlannedWorkload.shown(workload.owner())))
        .toList();
  }

  private boolean isOfDns(PlannedWorkload workload) {
    return before.servers().stream()
        .map(DnsServer::destination)
        .anyMatch(
            destination ->
                destination instanceof Destination.Balanced(var service, _, _)
                    && service.namespace().equals(workload.namespace())
                    && workload.labels().containsAll(service.selector()));
  }

  private Alike unborn(Presence presence, Pod pod, String who) {
    return new Alike(
        presence, pod, pod, before.servers(), after.servers(), new HashMap<>(Map.of(who, 0)));
  }

  /** Pods that a changed policy would isolate, if it isolates none of the others. */
  private List<Alike> possible(List<Alike> others) {
    return change.policies().stream()
        .filter(policy -> policy.egress().isPresent() && causes.isNews(policy))
        .filter(policy -> others.stream().map(Alike::after).noneMatch(policy::selects))
        .filter(policy -> hasNoSelectedPod(policy.namespace(), policy.selects()))
        .flatMap(
            policy ->
                SamplePods.selected(policy.namespace(), policy.selects()).stream()
                    .map(
                        pod ->
                            unborn(
                                Presence.POSSIBLE, pod, "pods that " + policy.name() + " selects")))
        .toList();
  }

  /** Pods on the host network, and the DNS pods themselves, are selected without an effect. */
  private boolean hasNoSelectedPod(String namespace, LabelSelector selector) {
    return after.pods().stream()
        .filter(pod -> pod.namespace().equals(namespace) && pod.phase() != Pod.Phase.FINISHED)
        .noneMatch(pod -> selector.matches(pod.labels()));
  }

  private List<PathChange> paths(Alike pods) {
    List<PathChange> direct = new ArrayList<>();
    for (int i = 0; i < pods.serversAfter().size(); i++) {
      DnsServer server = pods.serversAfter().get(i);
      DnsServer then = pods.serversBefore().get(i);
      for (Transport transport : Transport.values()) {
        direct.add(
            new PathChange(
                server,
                transport,
                access(evaluatorBefore, pods.before(), then, transport),
                access(evaluatorAfter, pods.after(), server, transport)));
      }
    }
    return direct.stream().map(path -> throughCaches(path, direct)).toList();
  }

  private static Access access(
      PolicyEvaluator evaluator, Pod pod, DnsServer server, Transport transport) {
    return Access.of(
        evaluator.pathVerdict(pod, server.destination(), PortProtocol.over(transport)));
  }

  /** A pod that may query a cache needs no other server: the cache is there on every node. */
  private static PathChange throughCaches(PathChange path, List<PathChange> all) {
    if (path.server().cache()) {
      return path;
    }
    List<PathChange> instead =
        all.stream()
            .filter(each -> each.server().cache() && each.transport() == path.transport())
            .toList();
    return new PathChange(
        path.server(),
        path.transport(),
        Access.best(Stream.concat(Stream.of(path), instead.stream()).map(PathChange::before)),
        Access.best(Stream.concat(Stream.of(path), instead.stream()).map(PathChange::after)));
  }

  private List<Consequence> consequences(List<Judged> judged) {
    Map<Key, List<Judged>> byKey = new LinkedHashMap<>();
    for (Judged each : judged) {
      for (Effect effect : effects(each.pods().presence())) {
        List<PathChange> paths =
            each.paths().stream().filter(path -> path.effect() == effect).toList();
        if (!paths.isEmpty()) {
          byKey.computeIfAbsent(key(effect, each, paths), _ -> new ArrayList<>()).add(each);
        }
      }
    }
    return byKey.entrySet().stream()
        .map(entry -> consequence(entry.getKey(), entry.getValue()))
        .sorted(Order.WORST_FIRST)
        .toList();
  }

  /** Nobody misses what pods that do not exist lacked before; a new workload should have it. */
  private static List<Effect> effects(Presence presence) {
    return switch (presence) {
      case RUNNING -> List.of(Effect.CUT, Effect.MAY_BE_CUT, Effect.STAYS_CUT, Effect.RESTORED);
      case PLANNED -> List.of(Effect.CUT, Effect.MAY_BE_CUT, Effect.STAYS_CUT);
      case POSSIBLE -> List.of(Effect.CUT, Effect.MAY_BE_CUT);
    };
  }

  private Key key(Effect effect, Judged judged, List<PathChange> paths) {
    Alike pods = judged.pods();
    boolean total =
        effect == Effect.RESTORED
            ? paths.size() == judged.paths().size()
            : WorkloadChange.isTotal(judged.paths());
    return new Key(
        effect,
        pods.presence(),
        pods.before().namespace(),
        total,
        paths,
        causes.of(
            pods.before(), pods.after(), paths.getFirst(), serverBefore(pods, paths.getFirst())));
  }

  private static DnsServer serverBefore(Alike pods, PathChange path) {
    return pods.serversBefore().get(pods.serversAfter().indexOf(path.server()));
  }

  private Consequence consequence(Key key, List<Judged> members) {
    SortedMap<String, Integer> workloads = new TreeMap<>();
    members.forEach(
        member ->
            member
                .pods()
                .workloads()
                .forEach((who, count) -> workloads.merge(who, count, Integer::sum)));
    return new Consequence(
        key.effect(),
        key.presence(),
        key.namespace(),
        key.total(),
        key.paths(),
        workloads,
        key.causes(),
        key.effect() == Effect.RESTORED ? List.of() : suggestedPolicies(members));
  }

  /**
   * The part of the verdict on one side that a suggested policy depends on.
   *
   * @param other the decision of policies of other kinds
   */
  private record Side(Optional<Decision> likely, Optional<OtherDecision> other) {
    static Side of(PolicyVerdict verdict) {
      return new Side(verdict.likely(), verdict.other());
    }
  }

  /**
   * The same policy is suggested for pods of one namespace in the same situation.
   *
   * @param isolating the NetworkPolicies that isolate them
   * @param sides both sides of each path
   */
  private record Situation(BitSet isolating, List<Side> sides) {}

  /** Each suggestion is evaluated with all policies, so pods in one situation share it. */
  private List<PolicyObject> suggestedPolicies(List<Judged> members) {
    Map<Situation, Optional<PolicyObject>> suggested = new LinkedHashMap<>();
    for (Judged member : members) {
      suggested.computeIfAbsent(situation(member.pods()), _ -> suggestedPolicy(member.pods()));
    }
    return suggested.values().stream().flatMap(Optional::stream).distinct().toList();
  }

  private Situation situation(Alike pods) {
    return new Situation(
        likenessesAfter.isolating(pods.after()),
        pods.serversAfter().stream()
            .flatMap(
                server ->
                    Stream.of(Transport.values())
                        .map(
                            transport ->
                                evaluatorAfter.pathVerdict(
                                    pods.after(),
                                    server.destination(),
                                    PortProtocol.over(transport))))
            .flatMap(path -> Stream.of(Side.of(path.egress()), Side.of(path.ingress())))
            .toList());
  }

  private Optional<PolicyObject> suggestedPolicy(Alike pods) {
    SuggestedPolicy suggested =
        SuggestedPolicy.of(
            evaluatorAfter,
            pods.after(),
            pods.serversAfter().stream().map(DnsServer::destination).toList());
    return suggested.egress().or(() -> suggested.ingress().stream().findFirst());
  }

  private static List<WorkloadChange> workloads(List<Judged> judged) {
    record Row(Presence presence, String namespace, String workload, List<PathChange> paths) {}
    Map<Row, Integer> rows = new LinkedHashMap<>();
    judged.forEach(
        each ->
            each.pods()
                .workloads()
                .forEach(
                    (who, count) ->
                        rows.merge(
                            new Row(
                                each.pods().presence(),
                                each.pods().before().namespace(),
                                who,
                                each.paths()),
                            count,
                            Integer::sum)));
    return rows.entrySet().stream()
        .map(
            row ->
                new WorkloadChange(
                    row.getKey().presence(),
                    row.getKey().namespace(),
                    row.getKey().workload(),
                    row.getValue(),
                    row.getKey().paths()))
        .sorted(Order.BY_PLACE)
        .toList();
  }
}
