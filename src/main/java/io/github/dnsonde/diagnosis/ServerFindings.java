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
  private final List<Judged> all;
  private final History history;

  ServerFindings(Case known, History history, List<Judged> all) {
    this.known = known;
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

  /** One server answers nobody. */
  Finding silent(List<Judged> paths) {
    Server server = paths.getFirst().server();
    if (isService(server)) {
      return noEndpoints(paths).or(() -> deniedThere(paths)).orElseGet(() -> serverDown(paths));
    }
    return server.address().isLinkLocalAddress() ? cacheDown(paths) : serverDown(paths);
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

  private boolean isService(Server server) {
    return known
        .cluster()
        .kubeDns()
        .filter(service -> service.clusterIps().contains(server.address()))
        .isPresent();
  }

  /** Whether it is the kube-dns Service, and nobody stands behind it. */
  boolean lacksEndpoints(Server server) {
    return isService(server)
        && known.cluster().kubeDnsEndpoints().stream().noneMatch(Endpoint::ready);
  }

  private Optional<Finding> noEndpoints(List<Judged> paths) {
    if (!lacksEndpoints(paths.getFirst().server())) {
      return Optional.empty();
    }
    Draft draft = new Draft(Code.NO_ENDPOINTS, paths);
    draft.because(draft.wire()).because(endpoints()).because(starved(draft));
    return Optional.of(
        draft.finding(
            Confidence.LIKELY,
            "The Service behind "
                + Words.server(draft.servers().getFirst())
                + " has no endpoint that is ready: CoreDNS is down or not Ready."));
  }

  /** A cache answers SERVFAIL when it cannot ask the server either. */
  private List<String> starved(Draft draft) {
    return all.stream()
            .filter(each -> !draft.servers().contains(each.server()))
            .anyMatch(each -> each.wire().failures().keySet().contains(Reason.SERVFAIL))
        ? List.of("Other servers answer SERVFAIL: they cannot ask it either.")
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
                + draft.servers().getFirst().name()
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
        Confidence.LIKELY,
        Words.server(draft.servers().getFirst())
            + " answers nobody on this node: look at the cache's pod here.");
  }

  private List<String> caches() {
    return known.caches().isEmpty()
        ? List.of("No pod of the cache is on this node.")
        : known.caches().stream().map(ServerFindings::state).toList();
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
    if (isService(draft.servers().getFirst())) {
      draft.because(endpoints());
    }
    return draft.finding(
        Confidence.LIKELY,
        Words.server(draft.servers().getFirst()) + " answers nobody on this node.");
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
