package io.github.dnsonde.lint;

import static java.util.stream.Collectors.toSet;

import io.github.dnsonde.change.Cause;
import io.github.dnsonde.change.Change;
import io.github.dnsonde.change.ChangeJudge;
import io.github.dnsonde.change.ChangeVerdict;
import io.github.dnsonde.change.ClusterState;
import io.github.dnsonde.change.Consequence;
import io.github.dnsonde.change.DnsServer;
import io.github.dnsonde.change.Presence;
import io.github.dnsonde.change.WorkloadChange;
import io.github.dnsonde.cluster.ClusterSnapshot;
import io.github.dnsonde.cluster.ForeignPolicy;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.cluster.PolicyObject;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.policy.SuggestedPolicy;
import io.github.dnsonde.probe.FirstFew;
import io.github.dnsonde.probe.NamespacedName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares a cluster as it is with the cluster as the input would make it. */
final class ClusterComparison {

  /** The names in one note. */
  private static final int NAMED = 5;

  private final Against against;
  private final ClusterDns clusterDns;
  private final PlannedChange planned;
  private final ClusterSnapshot live;
  private final List<String> notes = new ArrayList<>();
  private final ChangeVerdict verdict;

  /**
   * A finding.
   *
   * @param document the manifest that causes it; empty if no manifest does
   */
  record Found(Optional<Document> document, Violation violation) {}

  private ClusterComparison(
      Against against, ClusterDns clusterDns, PlannedChange planned, ClusterSnapshot live)
      throws IOException {
    this.against = against;
    this.clusterDns = clusterDns;
    this.planned = planned;
    this.live = live;
    live.notSeen().forEach(what -> notes.add("could not see " + what));
    live.cacheWithoutAddress()
        .filter(_ -> clusterDns.nodeLocal().isEmpty())
        .ifPresent(
            pod ->
                notes.add(
                    "could not see the address of NodeLocal DNSCache: pod "
                        + pod.namespace()
                        + "/"
                        + pod.name()
                        + " has no argument -localip; if pods query it, --node-local names it"));
    Set<NamespacedName> removed = removed();
    this.verdict =
        ChangeJudge.judge(
            state(),
            planned
                .change(live.view(), removed)
                .with(planned.noDns(live.view(), removed, Instant.now())));
  }

  /**
   * Compares.
   *
   * @throws IOException if the cluster cannot be read; the message says why
   */
  static ClusterComparison of(Against against, ClusterDns clusterDns, List<Inventory> inventories)
      throws IOException {
    PlannedChange planned = new PlannedChange(inventories);
    Change written = planned.written();
    Set<String> dns = new HashSet<>(Set.of("kube-system", "openshift-dns"));
    dns.add(clusterDns.namespace());
    against.dnsNamespace().ifPresent(dns::add);
    ClusterSnapshot live =
        against.cluster().read(written.touched(), written.isForAll(dns), against.dnsNamespace());
    return new ClusterComparison(against, clusterDns, planned, live);
  }

  /** The servers are those of the cluster; what it does not show, the settings say. */
  private ClusterState state() {
    ClusterState state = ClusterState.of(live);
    if (state.servers().isEmpty()) {
      notes.add(
          "could not see where DNS is in the cluster: the settings say that it is "
              + clusterDns.shown()
              + " in namespace "
              + clusterDns.namespace());
      return state.with(clusterDns.servers());
    }
    Set<Object> known = state.servers().stream().map(DnsServer::address).collect(toSet());
    Stream<DnsServer> given =
        clusterDns
            .nodeCaches()
            .filter(server -> clusterDns.nodeLocal().contains(server.address()))
            .filter(server -> !known.contains(server.address()));
    return state.with(Stream.concat(state.servers().stream(), given).toList());
  }

  private Set<NamespacedName> removed() throws IOException {
    if (!against.prune()) {
      return Set.of();
    }
    Change written = planned.written();
    Set<String> namespaces = written.touched();
    noteOtherKinds(written.foreign(), namespaces);
    if (against.pruneSelector().isPresent()) {
      Set<NamespacedName> selected = new TreeSet<>();
      for (String namespace : namespaces) {
        if (unread(namespace).isEmpty()) {
          selected.addAll(against.cluster().policies(namespace, against.pruneSelector().get()));
        }
      }
      selected.removeIf(planned::has);
      return selected;
    }
    List<NetworkPolicy> here =
        live.view().policies().stream()
            .filter(policy -> namespaces.contains(policy.namespace()))
            .toList();
    Set<String> sources =
        Stream.concat(
                planned.sources().stream(),
                here.stream()
                    .filter(policy -> planned.has(policy.namespacedName()))
                    .flatMap(policy -> policy.origin().source().stream()))
            .collect(toSet());
    List<NetworkPolicy> others =
        here.stream().filter(policy -> !planned.has(policy.namespacedName())).toList();
    noteUnowned(others);
    if (sources.isEmpty()) {
      noteOwned(others);
    }
    return others.stream()
        .filter(policy -> policy.origin().source().filter(sources::contains).isPresent())
        .map(NetworkPolicy::namespacedName)
        .collect(toSet());
  }

  /**
   * Lint removes NetworkPolicies only. A policy of another kind that the input may own is named:
   * one of its namespaces, or of the cluster if the input has others of its kind.
   */
  private void noteOtherKinds(List<ForeignPolicy> written, Set<String> namespaces) {
    Set<ForeignPolicy.Identity> kept =
        written.stream().map(ForeignPolicy::identity).collect(toSet());
    Set<PolicyKind> kinds = kept.stream().map(ForeignPolicy.Identity::kind).collect(toSet());
    List<String> others =
        live.view().foreignPolicies().policies().stream()
            .filter(
                policy -> policy.name().isPresent() && !policy.kind().kind().equals("ConfigMap"))
            .filter(policy -> !kept.contains(policy.identity()))
            .filter(
                policy ->
                    policy
                        .namespace()
                        .map(namespaces::contains)
                        .orElseGet(() -> kinds.contains(policy.identity().kind())))
            .map(ForeignPolicy::toString)
            .sorted()
            .toList();
    if (!others.isEmpty()) {
      notes.add(
          "could not see what it would mean if --prune removes "
              + FirstFew.of(others, NAMED)
              + ": lint judges the removal of NetworkPolicies only");
    }
  }

  /** Nothing shows to whom a policy without a source belongs. */
  private void noteUnowned(List<NetworkPolicy> others) {
    noteUnclear(
        others.stream()
            .filter(policy -> policy.origin().source().isEmpty())
            .map(policy -> policy.namespacedName().toString()),
        "neither Argo CD nor Flux marks it");
  }

  /** Nothing shows to which application the input belongs. */
  private void noteOwned(List<NetworkPolicy> others) {
    noteUnclear(
        others.stream()
            .flatMap(
                policy ->
                    policy.origin().source().stream()
                        .map(source -> policy.namespacedName() + " of " + source)),
        "no manifest of the input shows its application, and no live policy has the name of one");
  }

  private void noteUnclear(Stream<String> policies, String why) {
    List<String> sorted = policies.sorted().toList();
    if (!sorted.isEmpty()) {
      notes.add(
          "could not see whether --prune removes "
              + FirstFew.of(sorted, NAMED)
              + ": "
              + why
              + "; --prune-selector selects by labels");
    }
  }

  /** Returns the reason why a namespace was not compared; empty if it was. */
  Optional<String> unread(String namespace) {
    return Optional.ofNullable(live.unread().get(namespace));
  }

  /** Every judged workload, before and after. */
  List<WorkloadChange> workloads() {
    return verdict.workloads();
  }

  List<Found> findings() {
    return Stream.concat(
            verdict.consequences().stream().map(this::found), notes.stream().map(this::note))
        .toList();
  }

  private Found found(Consequence consequence) {
    Cause cause = consequence.causes().getFirst();
    Optional<Document> document = planned.manifest(cause);
    Rule rule = rule(consequence);
    return new Found(
        document,
        new Violation(
            rule,
            severity(rule, consequence),
            document.map(each -> each.place(path(cause))).orElseGet(() -> nearest(cause)),
            new NamespacedName(NamespaceScope.shown(cause.namespace()), cause.name()),
            consequence.namespace(),
            subjects(consequence)
                + " "
                + consequence.sentence()
                + ": "
                + consequence.shownWorkloads(),
            suggested(consequence)));
  }

  /** Several policies are several documents, each under a name that is free. */
  private Optional<String> suggested(Consequence consequence) {
    List<PolicyObject> all = consequence.suggestedPolicies();
    if (all.size() < 2) {
      return all.stream().map(PolicyYaml::text).findFirst();
    }
    Set<NamespacedName> taken =
        Stream.concat(
                live.view().policies().stream().map(NetworkPolicy::namespacedName),
                planned.policies().stream())
            .collect(toSet());
    return Optional.of(PolicyYaml.texts(SuggestedPolicy.named(all, taken)));
  }

  /** The place of what is gone: the first manifest of its namespace. */
  private SourceLocation nearest(Cause cause) {
    return planned
        .first(cause.namespace())
        .map(document -> new SourceLocation(document.file(), 0))
        .orElse(new SourceLocation("-", 0));
  }

  private static Rule rule(Consequence consequence) {
    if (consequence.presence() != Presence.RUNNING) {
      return Rule.CUTS_NEW_PODS;
    }
    return switch (consequence.effect()) {
      case CUT, MAY_BE_CUT -> Rule.CUTS_DNS;
      case STAYS_CUT -> Rule.CUT_BEFORE;
      case RESTORED, UNCHANGED -> Rule.RESTORES_DNS;
    };
  }

  private static Severity severity(Rule rule, Consequence consequence) {
    return rule == Rule.CUTS_DNS && !consequence.isOutage() ? Severity.WARNING : rule.severity();
  }

  private static String path(Cause cause) {
    return switch (cause.kind()) {
      case POLICY, REMOVED_POLICY, FOREIGN_POLICY -> "spec.egress";
      case NAMESPACE -> "metadata.labels";
      case WORKLOAD -> "spec";
    };
  }

  private static String subjects(Consequence consequence) {
    return FirstFew.of(
        consequence.causes().stream().map(cause -> subject(cause, consequence.presence())).toList(),
        NAMED,
        " and ");
  }

  private static String subject(Cause cause, Presence presence) {
    return switch (cause.kind()) {
      case POLICY, FOREIGN_POLICY -> cause.name();
      case REMOVED_POLICY -> "the removal of " + cause.name();
      case NAMESPACE -> "the new labels of namespace " + cause.name();
      case WORKLOAD ->
          presence == Presence.PLANNED ? cause.name() : "the new labels of " + cause.name();
    };
  }

  private Found note(String says) {
    return new Found(
        Optional.empty(),
        new Violation(
            Rule.CLUSTER_NOT_SEEN,
            Rule.CLUSTER_NOT_SEEN.severity(),
            planned
                .first("")
                .map(document -> new SourceLocation(document.file(), 0))
                .orElse(new SourceLocation("-", 0)),
            new NamespacedName("", "cluster"),
            says,
            says,
            Optional.empty()));
  }
}
