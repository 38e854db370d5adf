package io.github.dnsonde.diagnosis;

import io.github.dnsonde.cluster.Endpoint;
import io.github.dnsonde.cluster.NetworkPolicy;
import io.github.dnsonde.cluster.Pod;
import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Finding.Code;
import io.github.dnsonde.probe.Finding.Confidence;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Server;
import java.util.List;
import java.util.Optional;

/** What all pods of a node have in common. */
final class ServerFindings {

  private final Case known;
  private final Servers servers;
  private final List<Judged> all;
  private final History history;

  ServerFindings(Case known, Servers servers, History history, List<Judged> all) {
    this.known = known;
    this.servers = servers;
    this.all = all;
    this.history = history;
  }

  /** No server answers anybody. */
  Finding nodeCutOff(List<Judged> paths) {
    Draft draft = new Draft(Code.NODE_CUT_OFF, paths);
    draft.because(draft.wire()).because(alike(draft)).because(endpoints());
    return draft.finding(
        Confidence.LIKELY,
        "No DNS server answers anybody on this node: its network, or all of DNS.");
  }

  /** One server answers nobody, on any of its addresses that are queried here. */
  Finding silent(List<Judged> paths) {
    Server server = paths.getFirst().server();
    if (servers.isCache(server)) {
      return cacheDown(paths);
    }
    return servers.isService(server)
        ? noEndpoints(paths).or(() -> deniedThere(paths)).orElseGet(() -> serverDown(paths))
        : serverDown(paths);
  }

  /** One transport, while the other works. */
  Finding transportBlocked(List<Judged> paths) {
    Draft draft = new Draft(Code.TRANSPORT_BLOCKED, paths);
    draft.because(draft.wire()).because(alike(draft));
    Optional<Finding> denied = deniedThere(paths);
    return denied.orElseGet(
        () ->
            draft.finding(
                Confidence.LIKELY,
                Words.server(draft.servers().getFirst())
                    + " answers nobody on this node over "
                    + Words.transports(draft.transports())
                    + ", while the other transport works: something on the way filters it."));
  }

  private Optional<Finding> noEndpoints(List<Judged> paths) {
    if (!paths.stream().map(Judged::server).allMatch(servers::lacksEndpoints)) {
      return Optional.empty();
    }
    Draft draft = new Draft(Code.NO_ENDPOINTS, paths);
    draft.because(draft.wire()).because(endpoints()).because(starved());
    return Optional.of(
        draft.finding(
            Confidence.LIKELY,
            "The Service behind "
                + Words.servers(draft.servers())
                + " has no endpoint that is ready: CoreDNS is down or not Ready."));
  }

  /** A cache answers SERVFAIL when it cannot ask the server either. */
  private List<String> starved() {
    return all.stream()
            .filter(each -> servers.isCache(each.server()))
            .anyMatch(each -> each.wire().failures().keySet().contains(Reason.SERVFAIL))
        ? List.of("The node's cache answers SERVFAIL: it cannot query it either.")
        : List.of();
  }

  private Optional<Finding> deniedThere(List<Judged> paths) {
    List<NetworkPolicy> policies =
        paths.stream().flatMap(each -> each.isolating().stream()).distinct().toList();
    if (policies.isEmpty()) {
      return Optional.empty();
    }
    Draft draft = new Draft(Code.INGRESS_DENIED, paths).decidedBy(policies);
    List<String> namespaces = policies.stream().map(NetworkPolicy::namespace).distinct().toList();
    draft
        .because(draft.wire())
        .because(alike(draft))
        .because(history.of(namespaces, policies, draft.since()));
    return Optional.of(
        draft.finding(
            Confidence.LIKELY,
            "The ingress policies of "
                + Words.all(draft.servers().stream().map(Server::name).toList())
                + " ("
                + Words.all(policies.stream().map(NetworkPolicy::namespacedName).toList())
                + ") would deny questions over "
                + Words.transports(draft.transports())
                + " from this node's pods; no egress rule mends that."));
  }

  private Finding cacheDown(List<Judged> paths) {
    Draft draft = new Draft(Code.CACHE_DOWN, paths);
    draft.because(draft.wire()).because(alike(draft)).because(caches());
    return draft.finding(
        Confidence.LIKELY, answersNobody(draft) + ": look at the cache's pod here.");
  }

  private List<String> caches() {
    return known.cache().pods().isEmpty()
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

  private Finding serverDown(List<Judged> paths) {
    Draft draft = new Draft(Code.SERVER_DOWN, paths);
    draft.because(draft.wire()).because(alike(draft));
    if (servers.isService(draft.servers().getFirst())) {
      draft.because(endpoints());
    }
    return draft.finding(Confidence.LIKELY, answersNobody(draft) + ".");
  }

  private static String answersNobody(Draft draft) {
    return Words.servers(draft.servers())
        + (draft.servers().size() == 1 ? " answers" : " answer")
        + " nobody on this node";
  }

  private List<String> endpoints() {
    if (known.cluster().kubeDns().isEmpty()) {
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
