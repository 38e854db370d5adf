package io.github.dnsonde.diagnosis;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.finding.Finding.Confidence;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.StaleSocket;
import io.github.dnsonde.probe.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Findings for sockets that get no answers while new ones do, one for each namespace. */
final class StaleSocketFindings {

  private static final int MOST_NAMED = 8;

  private StaleSocketFindings() {}

  /** Returns the findings for these sockets. */
  static List<Finding> of(List<StaleSocket> sockets) {
    return sockets.stream()
        .sorted(Comparator.comparing(StaleSocket::since))
        .collect(
            Collectors.groupingBy(
                socket -> socket.vantage().namespace(), TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(StaleSocketFindings::finding)
        .toList();
  }

  private static Finding finding(List<StaleSocket> sockets) {
    StaleSocket first = sockets.getFirst();
    List<Server> servers = sockets.stream().map(StaleSocket::server).distinct().toList();
    return new Finding(
        Code.OLD_SOCKETS_FAIL,
        new Finding.Subject(
            List.of(first.vantage().namespace()),
            Words.pods(sockets.stream().map(StaleSocket::vantage)),
            servers.stream().map(Server::name).distinct().sorted().toList(),
            List.of(Transport.UDP)),
        Confidence.LIKELY,
        first.since(),
        "UDP sockets that were opened earlier in "
            + first.vantage().namespace()
            + " get no answer from "
            + Words.servers(servers)
            + ", while new sockets do. Their packets still go to an endpoint that is gone: by an"
            + " old entry of the node's connection tracking (kubernetes#125467), or because the"
            + " load balancer has bound the socket to it (cilium#48244). Programs that keep their"
            + " socket, such as NGINX and Envoy, fail until they open another: restart or reload"
            + " them.",
        sockets.stream().limit(MOST_NAMED).map(StaleSocketFindings::evidence).toList(),
        List.of(),
        Optional.empty());
  }

  private static String evidence(StaleSocket socket) {
    return "A socket from "
        + socket.vantage().namespacedPod()
        + " to "
        + socket.server().name()
        + ", opened at "
        + Words.time(socket.opened())
        + ", has had no answer since "
        + Words.time(socket.since())
        + ".";
  }
}
