package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.ClusterResource;
import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.cluster.PolicyKind;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Findings for causes that all pods of a node have in common. */
final class ServerFindings {

  private final DiagnosisInput known;
  private final ServerDestinations serverDestinations;
  private final SuggestedPolicies suggestedPolicies;
  private final List<ExplainedPath> all;
  private final ChangeHistory changeHistory;

  ServerFindings(
      DiagnosisInput known,
      ServerDestinations serverDestinations,
      ChangeHistory changeHistory,
      SuggestedPolicies suggestedPolicies,
      List<ExplainedPath> all) {
    this.known = known;
    this.serverDestinations = serverDestinations;
    this.suggestedPolicies = suggestedPolicies;
    this.all = all;
    this.changeHistory = changeHistory;
  }

  /**
   * Returns the finding that no server answers any pod; no pending outcome could show another
   * cause.
   */
  ProposedFinding nodeCutOff(List<ExplainedPath> paths) {
    FindingDraft findingDraft = new FindingDraft(Code.NODE_CUT_OFF, paths);
    findingDraft
        .because(findingDraft.wire())
        .because(alike(findingDraft))
        .because(endpoints())
        .because(unclear(paths));
    return findingDraft.settled(
        confidence(paths),
        "No DNS server answers anybody on this node: its network, or all of DNS.");
  }

  /**
   * Returns the finding that one server answers no pod, on any of its addresses that are queried
   * here.
   *
   * @param settled as in {@link ProposedFinding}
   */
  ProposedFinding silent(List<ExplainedPath> paths, boolean settled) {
    Server server = paths.getFirst().server();
    if (serverDestinations.isCache(server)) {
      return cacheDown(paths, settled);
    }
    return paths.stream().map(ExplainedPath::server).allMatch(serverDestinations::lacksEndpoints)
        ? noEndpoints(paths)
        : serverDown(paths, settled);
  }

  /**
   * Returns the finding that one transport fails while the other works.
   *
   * @param settled as in {@link ProposedFinding}
   */
  ProposedFinding transportBlocked(List<ExplainedPath> paths, boolean settled) {
    FindingDraft findingDraft = new FindingDraft(Code.TRANSPORT_BLOCKED, paths);
    findingDraft.because(findingDraft.wire()).because(alike(findingDraft)).because(unclear(paths));
    return findingDraft.proposed(
        confidence(paths),
        Words.server(findingDraft.servers().getFirst())
            + " answers nobody on this node over "
            + Transport.words(findingDraft.transports())
            + ", while the other transport works: something on the way filters it.",
        settled);
  }

  /** Policies that are unknown or cannot be evaluated may be the cause. */
  private static List<String> unclear(List<ExplainedPath> paths) {
    return paths.stream()
        .flatMap(
            each ->
                switch (each.assessment()) {
                  case PathAssessment.Unclear(_, var why) -> why.stream();
                  case PathAssessment.Unknown(Optional<String> why) -> why.stream();
                  case PathAssessment.Allowed _,
                      PathAssessment.Denied _,
                      PathAssessment.DeniedAtServer _ ->
                      Stream.<String>empty();
                })
        .distinct()
        .toList();
  }

  private static Confidence confidence(List<ExplainedPath> paths) {
    return unclear(paths).isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE;
  }

  private boolean endpointsAreKnown() {
    return known.cluster().gaps().of(ClusterResource.ENDPOINT_SLICES).isEmpty();
  }

  private ProposedFinding noEndpoints(List<ExplainedPath> paths) {
    FindingDraft findingDraft = new FindingDraft(Code.NO_ENDPOINTS, paths);
    findingDraft.because(findingDraft.wire()).because(endpoints()).because(starved());
    return findingDraft.settled(
        Confidence.LIKELY,
        "The Service behind "
            + Words.servers(findingDraft.servers())
            + " has no endpoint that is ready: CoreDNS is down or not Ready.");
  }

  /** A cache answers SERVFAIL if it cannot query the server either. */
  private List<String> starved() {
    return all.stream()
            .filter(each -> serverDestinations.isCache(each.server()))
            .anyMatch(each -> each.pathObservation().failures().keySet().contains(Reason.SERVFAIL))
        ? List.of("The node's cache answers SERVFAIL: it cannot query it either.")
        : List.of();
  }

  /**
   * Returns the finding that ingress policies of a server's pods would deny these, perhaps not
   * those of other pods.
   */
  ProposedFinding deniedThere(List<ExplainedPath> paths) {
    List<NetworkPolicy> policies =
        paths.stream().flatMap(each -> each.isolating().stream()).distinct().toList();
    List<String> doubts = ExplainedPath.said(paths, PathAssessment::doubts);
    List<OtherDecision> others = ExplainedPath.others(paths);
    FindingDraft findingDraft =
        new FindingDraft(Code.INGRESS_DENIED, paths).decidedBy(policies, others);
    findingDraft
        .because(findingDraft.wire())
        .because(others.stream().map(OtherDecision::advice).distinct().toList())
        .because(doubts)
        .because(answered(findingDraft))
        .because(changeHistory.of(paths, policies, findingDraft.since()))
        .fixedBy(suggestedPolicies.ingress(paths));
    return findingDraft.settled(
        doubts.isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE,
        others.isEmpty()
            ? Words.isolate(policies)
                + " the pods of "
                + Words.server(findingDraft.servers().getFirst())
                + " in "
                + Words.namespaces(
                    policies.stream().map(NetworkPolicy::namespace).distinct().toList())
                + " and would deny queries over "
                + deniedQueries(findingDraft)
                + ": no rule allows it, and no egress rule changes that."
            : "Policies for the pods of "
                + Words.server(findingDraft.servers().getFirst())
                + " would deny queries over "
                + deniedQueries(findingDraft)
                + ": "
                + Words.deciding(policies, others)
                + ". No egress rule changes that.");
  }

  private static String deniedQueries(FindingDraft findingDraft) {
    return Transport.words(findingDraft.transports())
        + " from "
        + Words.namespaces(findingDraft.namespaces());
  }

  /** Pods that the policies allow show that the server works. */
  private List<String> answered(FindingDraft findingDraft) {
    List<String> others =
        all.stream()
            .filter(
                each ->
                    findingDraft.servers().contains(each.server())
                        && each.pathObservation().answered())
            .filter(each -> !each.pathObservation().answeredAt().isBefore(findingDraft.since()))
            .map(ExplainedPath::namespace)
            .filter(each -> !findingDraft.namespaces().contains(each))
            .distinct()
            .sorted()
            .toList();
    return others.isEmpty()
        ? List.of()
        : List.of("It answers " + Words.namespaces(others) + " on this node.");
  }

  private ProposedFinding cacheDown(List<ExplainedPath> paths, boolean settled) {
    FindingDraft findingDraft = new FindingDraft(Code.CACHE_DOWN, paths);
    List<String> calico = calico();
    findingDraft
        .because(findingDraft.wire())
        .because(alike(findingDraft))
        .because(caches())
        .because(calico)
        .because(unclear(paths));
    return findingDraft.proposed(
        calico.isEmpty() ? confidence(paths) : Confidence.POSSIBLE,
        answersNobody(findingDraft)
            + (calico.isEmpty()
                ? ": look at the cache's pod here."
                : ", although its pod is Ready."),
        settled);
  }

  /** By default, Felix drops packets from pods to their own node. */
  private List<String> calico() {
    boolean ready = known.cache().pods().stream().anyMatch(Pod::ready);
    return ready
            && known.cluster().foreignPolicies().kinds().stream().anyMatch(PolicyKind::isOfCalico)
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

  private ProposedFinding serverDown(List<ExplainedPath> paths, boolean settled) {
    FindingDraft findingDraft = new FindingDraft(Code.SERVER_DOWN, paths);
    findingDraft.because(findingDraft.wire()).because(alike(findingDraft)).because(unclear(paths));
    if (serverDestinations.isService(findingDraft.servers().getFirst())) {
      findingDraft.because(endpoints());
    }
    return findingDraft.proposed(confidence(paths), answersNobody(findingDraft) + ".", settled);
  }

  private static String answersNobody(FindingDraft findingDraft) {
    return Words.servers(findingDraft.servers())
        + (findingDraft.servers().size() == 1 ? " answers" : " answer")
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

  private static String alike(FindingDraft findingDraft) {
    return "It is the same for " + Words.namespaces(findingDraft.namespaces()) + ".";
  }
}
