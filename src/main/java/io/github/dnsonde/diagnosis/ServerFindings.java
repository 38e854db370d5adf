package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Finding.Code;
import io.github.dnsonde.probe.Finding.Confidence;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Server;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What all pods of a node have in common. */
final class ServerFindings {

  /** The groups of Calico's kinds, whose engine has a setting for traffic to the node itself. */
  private static final Set<String> CALICO = Set.of("crd.projectcalico.org", "projectcalico.org");

  private final Case known;
  private final Servers servers;
  private final Fixes fixes;
  private final List<Judged> all;
  private final History history;

  ServerFindings(Case known, Servers servers, History history, Fixes fixes, List<Judged> all) {
    this.known = known;
    this.servers = servers;
    this.fixes = fixes;
    this.all = all;
    this.history = history;
  }

  /** No server answers anybody; nothing is left that could show another cause. */
  ProposedFinding nodeCutOff(List<Judged> paths) {
    Draft draft = new Draft(Code.NODE_CUT_OFF, paths);
    draft.because(draft.wire()).because(alike(draft)).because(endpoints()).because(unclear(paths));
    return draft.settled(
        confidence(paths),
        "No DNS server answers anybody on this node: its network, or all of DNS.");
  }

  /**
   * One server answers nobody, on any of its addresses that are queried here.
   *
   * @param settled as in {@link ProposedFinding}
   */
  ProposedFinding silent(List<Judged> paths, boolean settled) {
    Server server = paths.getFirst().server();
    if (servers.isCache(server)) {
      return cacheDown(paths, settled);
    }
    return paths.stream().map(Judged::server).allMatch(servers::lacksEndpoints)
        ? noEndpoints(paths)
        : serverDown(paths, settled);
  }

  /**
   * One transport, while the other works.
   *
   * @param settled as in {@link ProposedFinding}
   */
  ProposedFinding transportBlocked(List<Judged> paths, boolean settled) {
    Draft draft = new Draft(Code.TRANSPORT_BLOCKED, paths);
    draft.because(draft.wire()).because(alike(draft)).because(unclear(paths));
    return draft.proposed(
        confidence(paths),
        Words.server(draft.servers().getFirst())
            + " answers nobody on this node over "
            + Words.transports(draft.transports())
            + ", while the other transport works: something on the way filters it.",
        settled);
  }

  /** Policies that cannot be judged, or are not known, may do just that. */
  private static List<String> unclear(List<Judged> paths) {
    return paths.stream()
        .flatMap(
            each ->
                switch (each.opinion()) {
                  case Opinion.Unclear(_, var why) -> why.stream();
                  case Opinion.Unknown(Optional<String> why) -> why.stream();
                  case Opinion.Allowed _, Opinion.Denied _, Opinion.DeniedAtServer _ ->
                      Stream.<String>empty();
                })
        .distinct()
        .toList();
  }

  private static Confidence confidence(List<Judged> paths) {
    return unclear(paths).isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE;
  }

  private boolean endpointsAreKnown() {
    return known.cluster().gaps().of(ClusterResource.ENDPOINT_SLICES).isEmpty();
  }

  private ProposedFinding noEndpoints(List<Judged> paths) {
    Draft draft = new Draft(Code.NO_ENDPOINTS, paths);
    draft.because(draft.wire()).because(endpoints()).because(starved());
    return draft.settled(
        Confidence.LIKELY,
        "The Service behind "
            + Words.servers(draft.servers())
            + " has no endpoint that is ready: CoreDNS is down or not Ready.");
  }

  /** A cache answers SERVFAIL when it cannot ask the server either. */
  private List<String> starved() {
    return all.stream()
            .filter(each -> servers.isCache(each.server()))
            .anyMatch(each -> each.wire().failures().keySet().contains(Reason.SERVFAIL))
        ? List.of("The node's cache answers SERVFAIL: it cannot query it either.")
        : List.of();
  }

  /** The ingress policies of a server's pods would deny these, perhaps not those of others. */
  ProposedFinding deniedThere(List<Judged> paths) {
    List<NetworkPolicy> policies =
        paths.stream().flatMap(each -> each.isolating().stream()).distinct().toList();
    List<String> doubts = Judged.said(paths, Opinion::doubts);
    Draft draft = new Draft(Code.INGRESS_DENIED, paths).decidedBy(policies);
    draft
        .because(draft.wire())
        .because(doubts)
        .because(answered(draft))
        .because(history.of(paths, policies, draft.since()))
        .mendedBy(fixes.ingress(paths));
    return draft.settled(
        doubts.isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE,
        Words.isolate(policies)
            + " the pods of "
            + Words.server(draft.servers().getFirst())
            + " in "
            + Words.namespaces(policies.stream().map(NetworkPolicy::namespace).distinct().toList())
            + " and would deny queries over "
            + Words.transports(draft.transports())
            + " from "
            + Words.namespaces(draft.namespaces())
            + ": no rule allows it, and no egress rule changes that.");
  }

  /** Those who are let in show that the server works. */
  private List<String> answered(Draft draft) {
    List<String> others =
        all.stream()
            .filter(each -> draft.servers().contains(each.server()) && each.wire().answered())
            .filter(each -> !each.wire().answeredAt().isBefore(draft.since()))
            .map(Judged::namespace)
            .filter(each -> !draft.namespaces().contains(each))
            .distinct()
            .sorted()
            .toList();
    return others.isEmpty()
        ? List.of()
        : List.of("It answers " + Words.namespaces(others) + " on this node.");
  }

  private ProposedFinding cacheDown(List<Judged> paths, boolean settled) {
    Draft draft = new Draft(Code.CACHE_DOWN, paths);
    List<String> calico = calico();
    draft
        .because(draft.wire())
        .because(alike(draft))
        .because(caches())
        .because(calico)
        .because(unclear(paths));
    return draft.proposed(
        calico.isEmpty() ? confidence(paths) : Confidence.POSSIBLE,
        answersNobody(draft)
            + (calico.isEmpty()
                ? ": look at the cache's pod here."
                : ", although its pod is Ready."),
        settled);
  }

  /** Felix drops what pods send to their own node, unless it is told otherwise. */
  private List<String> calico() {
    boolean ready = known.cache().pods().stream().anyMatch(Pod::ready);
    return ready
            && known.cluster().foreignPolicies().kinds().stream()
                .anyMatch(kind -> CALICO.contains(kind.group()))
        ? List.of(
            "On Calico, defaultEndpointToHostAction may drop it: what pods send to their own node."
                + " Look at: kubectl get felixconfigurations.crd.projectcalico.org default -o"
                + " yaml.")
        : List.of();
  }

  private List<String> caches() {
    boolean none = known.cache().pods().isEmpty() && known.cluster().gaps().pods().isEmpty();
    return none
        ? List.of("No pod of the cache is on this node.")
        : known.cache().pods().stream().map(ServerFindings::state).toList();
  }

  private static String state(Pod pod) {
    return "Pod "
        + pod.namespace()
        + "/"
        + pod.name()
        + " is "
        + (pod.ready() ? "Ready." : "not Ready.");
  }

  private ProposedFinding serverDown(List<Judged> paths, boolean settled) {
    Draft draft = new Draft(Code.SERVER_DOWN, paths);
    draft.because(draft.wire()).because(alike(draft)).because(unclear(paths));
    if (servers.isService(draft.servers().getFirst())) {
      draft.because(endpoints());
    }
    return draft.proposed(confidence(paths), answersNobody(draft) + ".", settled);
  }

  private static String answersNobody(Draft draft) {
    return Words.servers(draft.servers())
        + (draft.servers().size() == 1 ? " answers" : " answer")
        + " nobody on this node";
  }

  private List<String> endpoints() {
    if (known.cluster().kubeDns().isEmpty() || !endpointsAreKnown()) {
      return List.of();
    }
    List<Endpoint> endpoints = known.cluster().kubeDnsEndpoints();
    long ready = endpoints.stream().filter(Endpoint::ready).count();
    return List.of(
        "The kube-dns Service has " + ready + " of " + endpoints.size() + " endpoints ready.");
  }

  private static String alike(Draft draft) {
    return "It is the same for " + Words.namespaces(draft.namespaces()) + ".";
  }
}
