package io.github.dnsonde.diagnosis;

import static java.util.stream.Collectors.groupingBy;

import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Finding.Code;
import io.github.dnsonde.probe.Finding.Confidence;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What concerns the pods of one namespace alone. */
final class NamespaceFindings {

  /** A policy engine may take so long to do as a new policy says. */
  private static final Duration SETTLING = Duration.ofMinutes(1);

  private final Case known;
  private final Servers servers;
  private final Function<String, Optional<String>> mending;
  private final List<Judged> all;
  private final History history;

  NamespaceFindings(
      Case known,
      Servers servers,
      History history,
      Function<String, Optional<String>> mending,
      List<Judged> all) {
    this.known = known;
    this.servers = servers;
    this.mending = mending;
    this.all = all;
    this.history = history;
  }

  /** The policies of the namespace would deny what nobody answers. */
  Finding denied(List<Judged> paths) {
    List<NetworkPolicy> policies = isolating(paths);
    Draft draft = new Draft(Code.EGRESS_DENIED, paths).decidedBy(policies);
    List<String> doubts = doubts(paths);
    draft
        .because(draft.wire())
        .because(missing(paths))
        .because(doubts)
        .because(neighbours(paths))
        .because(history.of(draft.namespaces(), policies, draft.since()))
        .mendedBy(mending.apply(namespace(paths)));
    return draft.finding(
        doubts.isEmpty() ? Confidence.LIKELY : Confidence.POSSIBLE,
        Words.isolate(policies)
            + " pods of namespace "
            + namespace(paths)
            + " and would deny DNS to "
            + routes(paths)
            + ": no rule allows it.");
  }

  /** The policies would deny what is answered all the same; told once they had time to settle. */
  Optional<Finding> notEnforced(List<Judged> paths) {
    List<NetworkPolicy> policies = isolating(paths);
    boolean settled =
        policies.stream()
            .allMatch(policy -> policy.origin().changed().isBefore(known.now().minus(SETTLING)));
    return settled ? Optional.of(exempt(paths, policies)) : Optional.empty();
  }

  private static Finding exempt(List<Judged> paths, List<NetworkPolicy> policies) {
    return new Draft(Code.NOT_ENFORCED, paths)
        .decidedBy(policies)
        .because(
            "Answered all the same: policies may not be enforced here, or this server may be exempt"
                + " from them, as the node's own addresses are with some engines.")
        .finding(
            Confidence.OBSERVED,
            Words.isolate(policies)
                + " pods of namespace "
                + namespace(paths)
                + " and would deny DNS to "
                + routes(paths)
                + ", which is answered: not enforced, or exempt.");
  }

  /** Nobody answers these, while others are answered, and no policy of the namespace denies it. */
  Finding alone(List<Judged> paths) {
    List<String> why = unclear(paths);
    Draft draft = new Draft(why.isEmpty() ? Code.UNEXPLAINED : Code.POLICY_UNCLEAR, paths);
    draft
        .because(draft.wire())
        .because(why)
        .because(neighbours(paths))
        .because(history.of(draft.namespaces(), List.of(), draft.since()));
    String who = "Namespace " + namespace(paths) + " hears nothing from " + routes(paths);
    return why.isEmpty()
        ? draft.finding(Confidence.OBSERVED, who + unexplained(paths))
        : draft.finding(
            Confidence.POSSIBLE, who + "; whether a policy denies it is the engine's to say.");
  }

  /** Whatever is answered there is a proxy's word, and tells nothing of the servers. */
  static Finding intercepted(List<Judged> paths) {
    return new Draft(Code.INTERCEPTED, paths)
        .because(
            "A question to 192.0.2.53, an address that nobody has, is answered from there: a mesh's"
                + " DNS proxy, as a rule.")
        .finding(
            Confidence.LIKELY,
            "Something answers DNS in the servers' place for pods of namespace "
                + namespace(paths)
                + ": nothing is claimed about "
                + Words.all(
                    paths.stream().map(each -> each.server().name()).distinct().sorted().toList())
                + " from there.");
  }

  private static String unexplained(List<Judged> paths) {
    return paths.stream().anyMatch(each -> each.opinion() instanceof Opinion.Unknown)
        ? "; its NetworkPolicies are not known here."
        : ", although no NetworkPolicy known here denies it.";
  }

  private static List<String> unclear(List<Judged> paths) {
    return said(
        paths,
        opinion ->
            opinion instanceof Opinion.Unclear(String why) ? Optional.of(why) : Optional.empty());
  }

  private static List<String> doubts(List<Judged> paths) {
    return said(
        paths,
        opinion ->
            opinion instanceof Opinion.Denied(_, Optional<String> doubt)
                ? doubt
                : Optional.empty());
  }

  /** Each only once. */
  private static List<String> said(List<Judged> paths, Function<Opinion, Optional<String>> what) {
    return paths.stream().flatMap(each -> what.apply(each.opinion()).stream()).distinct().toList();
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
    List<String> well =
        all.stream()
            .filter(each -> asked.contains(each.server()) && each.wire().answered())
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
