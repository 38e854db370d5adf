package io.github.dnsonde.diagnosis;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Finding.Code;
import io.github.dnsonde.probe.Finding.Confidence;
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

/** What concerns the pods of one namespace alone. */
final class NamespaceFindings {

  /** A policy engine may take so long to do as a new policy says. */
  private static final Duration SETTLING = Duration.ofMinutes(1);

  private final Case known;
  private final Servers servers;
  private final Fixes fixes;
  private final List<Judged> all;
  private final History history;

  NamespaceFindings(Case known, Servers servers, History history, Fixes fixes, List<Judged> all) {
    this.known = known;
    this.servers = servers;
    this.fixes = fixes;
    this.all = all;
    this.history = history;
  }

  /** The policies of the namespace would deny what nobody answers. */
  ProposedFinding denied(List<Judged> paths) {
    List<NetworkPolicy> policies = isolating(paths);
    Draft draft = new Draft(Code.EGRESS_DENIED, paths).decidedBy(policies);
    List<String> doubts = Judged.said(paths, Opinion::doubts);
    draft
        .because(draft.wire())
        .because(missing(paths))
        .because(doubts)
        .because(neighbours(paths))
        .because(history.of(paths, policies, draft.since()))
        .mendedBy(fixes.egress(paths));
    return draft.settled(
        doubts.isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE,
        Words.isolate(policies)
            + " pods of namespace "
            + namespace(paths)
            + " and would deny DNS to "
            + routes(paths)
            + ": no rule allows it.");
  }

  /**
   * The policies would deny what is answered: reported once they had time to settle, and only where
   * nothing else may allow it.
   */
  Optional<ProposedFinding> notEnforced(List<Judged> paths) {
    List<Judged> certain = paths.stream().filter(NamespaceFindings::isCertain).toList();
    List<NetworkPolicy> policies = isolating(certain);
    Instant recent = known.now().minus(SETTLING);
    boolean settled =
        policies.stream().noneMatch(policy -> isWithin(recent, policy.origin().changed()))
            && certain.stream().allMatch(path -> path.opinionSince().isBefore(recent));
    return certain.isEmpty() || !settled
        ? Optional.empty()
        : Optional.of(exempt(certain, policies));
  }

  /** A change in the future shows that clocks differ, but not how old it is. */
  private boolean isWithin(Instant recent, Instant changed) {
    return !changed.isBefore(recent) && !changed.isAfter(known.now());
  }

  private static boolean isCertain(Judged judged) {
    return judged.opinion() instanceof Opinion.Denied(_, var doubts) && doubts.isEmpty();
  }

  /** It began when the policies came to deny it, as far as that is known. */
  private static ProposedFinding exempt(List<Judged> paths, List<NetworkPolicy> policies) {
    Instant changed =
        policies.stream()
            .map(policy -> policy.origin().changed())
            .max(naturalOrder())
            .orElseThrow();
    return new Draft(Code.NOT_ENFORCED, paths)
        .decidedBy(policies)
        .beganAt(changed)
        .because(
            "Answered all the same: policies may not be enforced here, or this server may be exempt"
                + " from them, as the node's own addresses are with some engines.")
        .settled(
            Confidence.OBSERVED,
            Words.isolate(policies)
                + " pods of namespace "
                + namespace(paths)
                + " and would deny DNS to "
                + routes(paths)
                + ", which is answered: not enforced, or exempt.");
  }

  /** Nobody answers these, while others are answered, and no policy of the namespace denies it. */
  ProposedFinding alone(List<Judged> paths) {
    List<String> why = unclear(paths);
    boolean settled = isSettled(paths);
    Draft draft = new Draft(why.isEmpty() ? Code.UNEXPLAINED : Code.POLICY_UNCLEAR, paths);
    draft
        .because(draft.wire())
        .because(why)
        .because(unknown(paths))
        .because(neighbours(paths))
        .because(history.of(paths, isolating(paths), draft.since()));
    String who = "Namespace " + namespace(paths) + " gets no response from " + routes(paths);
    return why.isEmpty()
        ? draft.proposed(Confidence.OBSERVED, who + unexplained(paths), settled)
        : draft.proposed(
            Confidence.POSSIBLE,
            who + "; whether a policy denies it depends on the policy engine.",
            settled);
  }

  /**
   * It is no burst of lost packets, no policy just changed, and the namespace's other paths and all
   * others to the same servers show that those answer.
   */
  private boolean isSettled(List<Judged> paths) {
    Instant recent = known.now().minus(FindingTracker.SETTLING);
    return Comparison.isSettled(paths, comparable(paths))
        && paths.stream()
            .noneMatch(
                path -> path.wire().since().isAfter(recent) || path.opinionSince().isAfter(recent));
  }

  private List<Judged> comparable(List<Judged> paths) {
    Set<Server> servers = paths.stream().map(Judged::server).collect(Collectors.toSet());
    return all.stream()
        .filter(each -> !paths.contains(each))
        .filter(
            each -> servers.contains(each.server()) || each.namespace().equals(namespace(paths)))
        .toList();
  }

  /** What a proxy answers tells nothing of the servers. */
  static ProposedFinding intercepted(List<Judged> paths) {
    return new Draft(Code.INTERCEPTED, paths)
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

  private static String unexplained(List<Judged> paths) {
    if (!unknown(paths).isEmpty()) {
      return "; the agent could not read everything that may explain it.";
    }
    return paths.stream().anyMatch(each -> each.opinion() instanceof Opinion.Unknown)
        ? "; its NetworkPolicies are not known here."
        : ", although no NetworkPolicy known here denies it.";
  }

  private static List<String> unclear(List<Judged> paths) {
    return Judged.said(
        paths, opinion -> opinion instanceof Opinion.Unclear(_, var why) ? why : List.of());
  }

  private static List<String> unknown(List<Judged> paths) {
    return Judged.said(
        paths,
        opinion -> opinion instanceof Opinion.Unknown(var why) ? why.stream().toList() : List.of());
  }

  private static List<NetworkPolicy> isolating(List<Judged> paths) {
    return paths.stream()
        .flatMap(each -> each.isolating().stream())
        .distinct()
        .sorted(Comparator.comparing(NetworkPolicy::name))
        .toList();
  }

  private static String namespace(List<Judged> paths) {
    return paths.getFirst().namespace();
  }

  /** {@code kube-dns (10.96.0.10) over TCP and node-local-dns (169.254.20.10) over UDP and TCP}. */
  private static String routes(List<Judged> paths) {
    return Words.all(
        byServer(paths).entrySet().stream()
            .map(each -> Words.server(each.getKey()) + " over " + Words.transports(each.getValue()))
            .toList());
  }

  private static Map<Server, List<Transport>> byServer(List<Judged> paths) {
    return paths.stream()
        .sorted(Comparator.comparing(each -> each.server().name()))
        .collect(
            groupingBy(
                Judged::server,
                LinkedHashMap::new,
                Collectors.mapping(Judged::transport, Collectors.toList())));
  }

  /** Which rules would have been needed: a person looks for what is missing. */
  private List<String> missing(List<Judged> paths) {
    return byServer(paths).entrySet().stream()
        .map(each -> missing(each.getKey(), each.getValue()))
        .toList();
  }

  private String missing(Server server, List<Transport> transports) {
    String what = "Missing: " + Words.transports(transports) + " port " + server.port() + " to ";
    Destination destination = servers.of(server);
    return switch (destination) {
      case Destination.Address(InetAddress address, _) when servers.isCache(server) ->
          what + block(address) + ", an address of the node, which no podSelector matches.";
      case Destination.Address(InetAddress address, _)
          when servers.mayBeUnknownService(destination) ->
          what + block(address) + ", or to the pods behind it if it is a Service's address.";
      case Destination.Address(InetAddress address, _) ->
          what + block(address) + ", which is no pod: no podSelector matches it.";
      case Destination.Balanced _ when servers.isCache(server) ->
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

  /** That others are well tells that it is not the server. */
  private List<String> neighbours(List<Judged> paths) {
    List<Server> asked = paths.stream().map(Judged::server).toList();
    Instant since =
        paths.stream().map(each -> each.wire().since()).min(naturalOrder()).orElseThrow();
    List<String> well =
        all.stream()
            .filter(each -> asked.contains(each.server()) && each.wire().answered())
            .filter(each -> !each.wire().answeredAt().isBefore(since))
            .map(Judged::namespace)
            .filter(each -> !each.equals(namespace(paths)))
            .distinct()
            .sorted()
            .toList();
    return well.isEmpty()
        ? List.of()
        : List.of("Answered by the same servers on this node: " + Words.namespaces(well) + ".");
  }
}
