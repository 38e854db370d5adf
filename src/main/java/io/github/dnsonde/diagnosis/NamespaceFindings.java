package io.github.dnsonde.diagnosis;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.policy.Destination;
import io.github.dnsonde.policy.OtherDecision;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Findings for the pods of a single namespace. */
final class NamespaceFindings {

  /** The time that a policy engine may take to enforce a new policy. */
  private static final Duration SETTLING = Duration.ofMinutes(1);

  private final DiagnosisInput known;
  private final ServerDestinations serverDestinations;
  private final SuggestedPolicies suggestedPolicies;
  private final List<ExplainedPath> all;
  private final List<ExplainedPath> answered;
  private final ChangeHistory changeHistory;

  NamespaceFindings(
      DiagnosisInput known,
      ServerDestinations serverDestinations,
      ChangeHistory changeHistory,
      SuggestedPolicies suggestedPolicies,
      List<ExplainedPath> all) {
    this.known = known;
    this.serverDestinations = serverDestinations;
    this.suggestedPolicies = suggestedPolicies;
    this.all = all;
    this.answered = all.stream().filter(each -> each.pathObservation().answered()).toList();
    this.changeHistory = changeHistory;
  }

  /** Returns the finding that policies of the namespace would deny the unanswered queries. */
  ProposedFinding denied(List<ExplainedPath> paths) {
    List<NetworkPolicy> policies = isolating(paths);
    List<OtherDecision> others = ExplainedPath.others(paths);
    FindingDraft findingDraft =
        new FindingDraft(Code.EGRESS_DENIED, paths).decidedBy(policies, others);
    List<String> doubts = ExplainedPath.said(paths, PathAssessment::doubts);
    findingDraft
        .because(findingDraft.wire())
        .because(missing(paths.stream().filter(NamespaceFindings::isByNetworkPolicies).toList()))
        .because(others.stream().map(OtherDecision::advice).distinct().toList())
        .because(doubts)
        .because(neighbours(paths))
        .because(changeHistory.of(paths, policies, findingDraft.since()))
        .fixedBy(suggestedPolicies.egress(paths));
    return findingDraft.settled(
        doubts.isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE,
        others.isEmpty()
            ? Words.isolate(policies)
                + " pods of namespace "
                + namespace(paths)
                + " and would deny DNS to "
                + routes(paths)
                + ": no rule allows it."
            : "Policies would deny DNS to "
                + routes(paths)
                + " to pods of namespace "
                + namespace(paths)
                + ": "
                + Words.deciding(policies, others)
                + ".");
  }

  private static boolean isByNetworkPolicies(ExplainedPath explainedPath) {
    return explainedPath.assessment().other().isEmpty();
  }

  /**
   * Returns the finding that the policies would deny queries that are answered. It is reported
   * after the policies have had time to take effect, and only if nothing else may allow the
   * queries.
   */
  Optional<ProposedFinding> notEnforced(List<ExplainedPath> paths) {
    List<ExplainedPath> certain = paths.stream().filter(NamespaceFindings::isCertain).toList();
    List<NetworkPolicy> policies = isolating(certain);
    Instant recent = known.now().minus(SETTLING);
    boolean settled =
        policies.stream().noneMatch(policy -> isWithin(recent, policy.origin().changed()))
            && certain.stream().allMatch(path -> path.opinionSince().isBefore(recent));
    return certain.isEmpty() || !settled
        ? Optional.empty()
        : Optional.of(exempt(certain, policies));
  }

  /**
   * Returns true if a change is recent. A change in the future shows that clocks differ, but not
   * how old it is.
   */
  private boolean isWithin(Instant recent, Instant changed) {
    return !changed.isBefore(recent) && !changed.isAfter(known.now());
  }

  private static boolean isCertain(ExplainedPath explainedPath) {
    return explainedPath.assessment() instanceof PathAssessment.Denied(_, var doubts, _)
        && doubts.isEmpty();
  }

  /** The start is when the policies began to deny the paths, as far as that is known. */
  private static ProposedFinding exempt(List<ExplainedPath> paths, List<NetworkPolicy> policies) {
    List<OtherDecision> others = ExplainedPath.others(paths);
    Instant changed =
        policies.stream()
            .map(policy -> policy.origin().changed())
            .max(naturalOrder())
            .orElseGet(() -> denying(paths));
    return new FindingDraft(Code.NOT_ENFORCED, paths)
        .decidedBy(policies, others)
        .beganAt(changed)
        .because(
            "The queries are answered: policies may not be enforced here, or this server may be"
                + " exempt from them, as the node's own addresses are with some engines.")
        .settled(
            Confidence.OBSERVED,
            (others.isEmpty()
                    ? Words.isolate(policies) + " pods of namespace " + namespace(paths) + " and"
                    : "For pods of namespace "
                        + namespace(paths)
                        + ", "
                        + Words.deciding(policies, others)
                        + ". This")
                + " would deny DNS to "
                + routes(paths)
                + ", which is answered: not enforced, or exempt.");
  }

  /** The time since which policies of other kinds deny the paths and are seen not to. */
  private static Instant denying(List<ExplainedPath> paths) {
    return paths.stream()
        .flatMap(path -> Stream.of(path.opinionSince(), path.pathObservation().since()))
        .max(naturalOrder())
        .orElseThrow();
  }

  /**
   * Returns the finding that these get no response while others do, and no policy of the namespace
   * denies it.
   */
  ProposedFinding alone(List<ExplainedPath> paths) {
    List<String> why = unclear(paths);
    boolean settled = isSettled(paths);
    FindingDraft findingDraft =
        new FindingDraft(why.isEmpty() ? Code.UNEXPLAINED : Code.POLICY_UNCLEAR, paths);
    findingDraft
        .because(findingDraft.wire())
        .because(why)
        .because(unknown(paths))
        .because(neighbours(paths))
        .because(changeHistory.of(paths, isolating(paths), findingDraft.since()));
    String who = "Namespace " + namespace(paths) + " gets no response from " + routes(paths);
    return why.isEmpty()
        ? findingDraft.proposed(Confidence.OBSERVED, who + unexplained(paths), settled)
        : findingDraft.proposed(
            Confidence.POSSIBLE,
            who + "; whether a policy denies it depends on the policy engine.",
            settled);
  }

  /**
   * Returns true if this is no burst of lost packets, no policy has just changed, and other paths
   * show that the servers answer. These are the namespace's other paths, and all others to the same
   * servers.
   */
  private boolean isSettled(List<ExplainedPath> paths) {
    Instant recent = known.now().minus(FindingTracker.SETTLING);
    return Comparison.isSettled(paths, comparable(paths))
        && paths.stream()
            .noneMatch(
                path ->
                    path.pathObservation().since().isAfter(recent)
                        || path.opinionSince().isAfter(recent));
  }

  private List<ExplainedPath> comparable(List<ExplainedPath> paths) {
    Set<Server> servers = paths.stream().map(ExplainedPath::server).collect(Collectors.toSet());
    return all.stream()
        .filter(each -> !paths.contains(each))
        .filter(
            each -> servers.contains(each.server()) || each.namespace().equals(namespace(paths)))
        .toList();
  }

  /** Returns the finding that a proxy answers; its answers show nothing about the servers. */
  static ProposedFinding intercepted(List<ExplainedPath> paths) {
    return new FindingDraft(Code.INTERCEPTED, paths)
        .because(
            "A query to 192.0.2.53 or 169.254.255.53, which no host has, is answered there, but not"
                + " in the agent's own pod: usually by a mesh's DNS proxy.")
        .settled(
            Confidence.LIKELY,
            "Something answers DNS in the servers' place for pods of namespace "
                + namespace(paths)
                + ": its answers say nothing about "
                + Words.all(
                    paths.stream().map(each -> each.server().name()).distinct().sorted().toList())
                + ".");
  }

  private static String unexplained(List<ExplainedPath> paths) {
    if (!unknown(paths).isEmpty()) {
      return "; not everything that may explain it could be read.";
    }
    return paths.stream().anyMatch(each -> each.assessment() instanceof PathAssessment.Unknown)
        ? "; its NetworkPolicies are not known here."
        : ", although no NetworkPolicy known here denies it.";
  }

  private static List<String> unclear(List<ExplainedPath> paths) {
    return ExplainedPath.said(
        paths,
        pathAssessment ->
            pathAssessment instanceof PathAssessment.Unclear(_, var why) ? why : List.of());
  }

  private static List<String> unknown(List<ExplainedPath> paths) {
    return ExplainedPath.said(
        paths,
        pathAssessment ->
            pathAssessment instanceof PathAssessment.Unknown(var why)
                ? why.stream().toList()
                : List.of());
  }

  private static List<NetworkPolicy> isolating(List<ExplainedPath> paths) {
    return paths.stream()
        .flatMap(each -> each.isolating().stream())
        .distinct()
        .sorted(Comparator.comparing(NetworkPolicy::name))
        .toList();
  }

  private static String namespace(List<ExplainedPath> paths) {
    return paths.getFirst().namespace();
  }

  /** {@code kube-dns (10.96.0.10) over TCP and node-local-dns (169.254.20.10) over UDP and TCP}. */
  private static String routes(List<ExplainedPath> paths) {
    return Words.all(
        byServer(paths).entrySet().stream()
            .map(each -> Words.server(each.getKey()) + " over " + Transport.words(each.getValue()))
            .toList());
  }

  private static Map<Server, List<Transport>> byServer(List<ExplainedPath> paths) {
    return paths.stream()
        .sorted(Comparator.comparing(each -> each.server().name()))
        .collect(
            groupingBy(
                ExplainedPath::server,
                LinkedHashMap::new,
                Collectors.mapping(ExplainedPath::transport, Collectors.toList())));
  }

  /** The rules that would allow the paths, so that a person knows what is missing. */
  private List<String> missing(List<ExplainedPath> paths) {
    return byServer(paths).entrySet().stream()
        .map(each -> missing(each.getKey(), each.getValue()))
        .toList();
  }

  private String missing(Server server, List<Transport> transports) {
    String what = "Missing: " + Transport.words(transports) + " port " + server.port() + " to ";
    Destination destination = serverDestinations.of(server);
    return switch (destination) {
      case Destination.Address(InetAddress address, _) when serverDestinations.isCache(server) ->
          what + block(address) + ", an address of the node, which no podSelector matches.";
      case Destination.Address(InetAddress address, _)
          when serverDestinations.mayBeUnknownService(destination) ->
          what + block(address) + ", or to the pods behind it if it is a Service's address.";
      case Destination.Address(InetAddress address, _) ->
          what + block(address) + ", which is no pod: no podSelector matches it.";
      case Destination.Balanced _ when serverDestinations.isCache(server) ->
          what + "the pods of the node's cache, to which a local redirect leads.";
      case Destination.Unread(InetAddress address, _) ->
          what + block(address) + ", or to the pods behind it, which the agent could not read.";
      case Destination.Balanced _, Destination.Direct _, Destination.Itself _ ->
          what + "the pods of " + server.name() + ".";
    };
  }

  private static String block(InetAddress address) {
    return "the block " + Addresses.text(address) + "/" + address.getAddress().length * Byte.SIZE;
  }

  /** The other pods that are answered, which shows that the server works. */
  private List<String> neighbours(List<ExplainedPath> paths) {
    Set<Server> asked = paths.stream().map(ExplainedPath::server).collect(Collectors.toSet());
    Instant since =
        paths.stream()
            .map(each -> each.pathObservation().since())
            .min(naturalOrder())
            .orElseThrow();
    List<String> well =
        answered.stream()
            .filter(each -> asked.contains(each.server()))
            .filter(each -> !each.pathObservation().answeredAt().isBefore(since))
            .map(ExplainedPath::namespace)
            .filter(each -> !each.equals(namespace(paths)))
            .distinct()
            .sorted()
            .toList();
    return well.isEmpty()
        ? List.of()
        : List.of("Answered by the same servers on this node: " + Words.namespaces(well) + ".");
  }
}
