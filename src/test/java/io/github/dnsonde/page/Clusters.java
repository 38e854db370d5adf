package io.github.dnsonde.page;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.overview.BlindRow;
import io.github.dnsonde.overview.NodeRow;
import io.github.dnsonde.overview.NodeRow.Presence;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Clusters to show: calm, in an incident, large, and with names that want to do harm. */
final class Clusters {

  private static final List<String> SERVERS = List.of("kube-dns", "node-local-dns");
  private static final String FIX =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: dnsonde-allow-dns
        namespace: payments
      spec:
        podSelector: {}
        policyTypes: [Egress]
        egress:
          - to:
              - namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: kube-system}
                podSelector:
                  matchLabels: {k8s-app: kube-dns}
            ports:
              - {protocol: UDP, port: 53}
              - {protocol: TCP, port: 53}
          - to:
              - ipBlock: {cidr: 169.254.20.10/32}
            ports:
              - {protocol: UDP, port: 53}
              - {protocol: TCP, port: 53}
      """;

  private Clusters() {}

  /** Every namespace resolves. */
  static Overview calm() {
    return of(names(12), 12, List.of(), List.of());
  }

  /** One namespace is cut off, others have smaller faults, one is not seen. */
  static Overview incident() {
    List<OverviewRow> faults = new ArrayList<>();
    for (String server : SERVERS) {
      for (Transport transport : Transport.values()) {
        faults.add(row("payments", server, transport, PathState.UNANSWERED, 180, 12, 12, true));
      }
    }
    faults.add(row("shop", "kube-dns", Transport.TCP, PathState.UNCERTAIN, 5, 1, 12, true));
    faults.add(row("mail", "node-local-dns", Transport.UDP, PathState.LATE, 40, 2, 12, true));
    faults.add(row("batch", "kube-dns", Transport.TCP, PathState.UNANSWERED, 9_000, 3, 3, false));
    return of(names(12), 12, faults, List.of(cutOff()));
  }

  /** A large cluster, in which one namespace fails. */
  static Overview large(int namespaces, int nodes) {
    return of(
        IntStream.range(0, namespaces).mapToObj(number -> "team-%03d".formatted(number)).toList(),
        nodes,
        List.of(
            row(
                "team-400",
                "kube-dns",
                Transport.UDP,
                PathState.UNANSWERED,
                60,
                nodes,
                nodes,
                true)),
        List.of());
  }

  /** Every namespace of a large cluster fails, and each has a finding on all nodes. */
  static Overview largeIncident(int namespaces, int nodes) {
    List<String> names =
        IntStream.range(0, namespaces).mapToObj(number -> "team-%03d".formatted(number)).toList();
    List<String> all = IntStream.range(0, nodes).mapToObj(Clusters::node).toList();
    return of(
        names,
        nodes,
        names.stream()
            .flatMap(
                name ->
                    SERVERS.stream()
                        .flatMap(
                            server ->
                                Stream.of(Transport.values())
                                    .map(
                                        transport ->
                                            row(
                                                name,
                                                server,
                                                transport,
                                                PathState.UNANSWERED,
                                                60,
                                                nodes,
                                                nodes,
                                                true))))
            .toList(),
        names.stream().map(name -> cutOff(name, all)).toList());
  }

  /** Failures of several degrees: the mildest is the oldest. */
  static Overview uneven() {
    List<OverviewRow> faults = new ArrayList<>();
    for (String server : SERVERS) {
      for (Transport transport : Transport.values()) {
        faults.add(row("payments", server, transport, PathState.UNANSWERED, 180, 12, 12, true));
      }
    }
    faults.add(row("batch", "kube-dns", Transport.TCP, PathState.UNANSWERED, 172_800, 1, 12, true));
    faults.add(row("search", "kube-dns", Transport.TCP, PathState.UNANSWERED, 60, 12, 12, true));
    return of(names(12), 12, faults, List.of());
  }

  /** One namespace for each name, which fails. */
  static Overview named(List<String> names) {
    return of(
        names,
        3,
        names.stream()
            .map(name -> row(name, name, Transport.UDP, PathState.WRONG, 60, 3, 3, true))
            .toList(),
        names.stream()
            .map(
                name ->
                    new Finding(
                        Finding.Code.EGRESS_DENIED,
                        new Finding.Subject(
                            List.of(name), List.of(name), List.of(name), List.of(), List.of(name)),
                        Finding.Confidence.LIKELY,
                        Instant.now(),
                        name,
                        List.of(name),
                        List.of(name + "/" + name),
                        Optional.of(name)))
            .toList());
  }

  private static List<String> names(int number) {
    return List.of(
            "payments",
            "shop",
            "mail",
            "batch",
            "analytics",
            "checkout",
            "identity",
            "inventory",
            "kube-system",
            "monitoring",
            "search",
            "warehouse")
        .subList(0, number);
  }

  private static Finding cutOff() {
    return cutOff("payments", IntStream.range(0, 12).mapToObj(Clusters::node).toList());
  }

  private static Finding cutOff(String namespace, List<String> nodes) {
    return new Finding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of(namespace),
            nodes.stream().map(node -> namespace + "/web-5d9c7b6f4-x2x7k-" + node).toList(),
            SERVERS,
            List.of(Transport.UDP, Transport.TCP),
            nodes),
        Finding.Confidence.LIKELY,
        Instant.now().minusSeconds(180),
        "NetworkPolicy default-deny isolates pods of namespace "
            + namespace
            + " and would deny DNS to kube-dns and node-local-dns over UDP and TCP: no rule allows"
            + " it.",
        List.of(
            "Seen on the wire since 12:00:00Z: timeout (192).",
            "Missing: UDP and TCP port 53 to the pods of kube-dns.",
            "Missing: UDP and TCP port 53 to the block 169.254.20.10/32, an address of the node,"
                + " which no podSelector matches.",
            "NetworkPolicy "
                + namespace
                + "/default-deny was changed by kubectl-client-side-apply, 4 s"
                + " before the failures began."),
        List.of(namespace + "/default-deny"),
        Optional.of(FIX.replace("payments", namespace)));
  }

  private static String node(int number) {
    return "node-%04d".formatted(number);
  }

  private static Overview of(
      List<String> namespaces, int nodes, List<OverviewRow> faults, List<Finding> findings) {
    SortedMap<List<Object>, OverviewRow> rows =
        new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
    for (String namespace : namespaces) {
      for (String server : SERVERS) {
        for (Transport transport : Transport.values()) {
          OverviewRow row =
              row(namespace, server, transport, PathState.GOOD, 86_000, nodes, nodes, true);
          rows.put(List.of(namespace, server, transport), row);
        }
      }
    }
    faults.forEach(row -> rows.put(List.of(row.namespace(), row.server(), row.transport()), row));
    boolean calm = faults.isEmpty();
    int all = calm ? nodes : nodes + 1; // the last one is silent
    return new Overview(
        "cluster",
        Instant.now(),
        List.copyOf(rows.values()),
        calm ? List.of() : List.of(new BlindRow("legacy", BlindRow.NO_AGENT, List.of("win-1"))),
        findings,
        Stream.concat(
                IntStream.range(0, all).mapToObj(number -> nodeRow(number, calm, number == nodes)),
                calm ? Stream.of() : Stream.of(withoutAgent("win-1")))
            .toList(),
        new Usage(new Usage.Rate(9, 8.4), new Usage.Rate(30, 30), 123_456, 0.31),
        0);
  }

  private static Reason reason(PathState state) {
    return switch (state) {
      case WRONG -> Reason.SERVFAIL;
      case LATE -> Reason.LATE;
      case UNANSWERED, UNCERTAIN, UNTESTED, EXPECTED, GOOD -> Reason.TIMEOUT;
    };
  }

  private static NodeRow withoutAgent(String node) {
    return new NodeRow(
        node, Optional.empty(), Presence.NO_AGENT, Optional.empty(), Optional.empty(), 0, 0);
  }

  private static NodeRow nodeRow(int number, boolean calm, boolean silent) {
    return new NodeRow(
        node(number),
        Optional.of("zone-" + (char) ('a' + number % 3)),
        silent ? Presence.SILENT : Presence.REPORTING,
        Optional.of(Instant.now().minusMillis(silent ? 95_500 : 4_000)),
        Optional.of("0.1.0"),
        26,
        calm || silent ? 0 : 4);
  }

  private static OverviewRow row(
      String namespace,
      String server,
      Transport transport,
      PathState state,
      long seconds,
      int affected,
      int nodes,
      boolean inUse) {
    SortedMap<Reason, Integer> reasons = new TreeMap<>();
    if (state.fails()) {
      reasons.put(reason(state), 6);
    }
    return new OverviewRow(
        namespace,
        server,
        transport,
        inUse,
        state,
        Optional.of(
            Instant.now().minusSeconds(seconds).minusNanos(namespace.hashCode() & 0xffff_ffffL)),
        2 * nodes,
        2 * affected,
        nodes,
        affected,
        reasons);
  }
}
