package io.github.dnsonde.bench;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.kube.ManyPods;
import io.github.dnsonde.probe.NamespacedName;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.Usage;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The reports of a node's agent.
 *
 * @param node the number of the node
 * @param vantages the number of its vantages
 */
record NodeReports(int node, int vantages) {

  /** The namespace that is cut off in the incident: a tenth of the nodes run its pods. */
  static final String CUT_OFF = "team-000";

  private static final List<Server> SERVERS =
      List.of(
          new Server("kube-dns", InetAddress.ofLiteral("10.96.0.10"), Server.DNS_PORT),
          new Server("node-local-dns", InetAddress.ofLiteral("169.254.20.10"), Server.DNS_PORT));

  /**
   * Returns a report.
   *
   * @param running the time since the agent started
   * @param incident whether the namespace is cut off
   */
  Report at(Duration running, boolean incident) {
    List<ReportedVantage> all =
        IntStream.range(0, vantages).mapToObj(i -> vantage(i, running, incident)).toList();
    List<String> failing =
        all.stream()
            .filter(vantage -> incident && vantage.namespace().equals(CUT_OFF))
            .map(vantage -> vantage.namespace() + "/" + vantage.pod())
            .toList();
    return new Report(
        ManyPods.node(node),
        "1.0.0",
        "node",
        running,
        all,
        List.of(),
        failing.isEmpty() ? List.of() : List.of(finding(failing, running)),
        new Usage(new Usage.Rate(40, 1), new Usage.Rate(40, 40), 2_400, 0.02),
        Optional.of(work(all)),
        0,
        List.of());
  }

  /** The controller divides the work of a thousand such nodes. */
  private static ReportedWork work(List<ReportedVantage> vantages) {
    return new ReportedWork(
        1,
        1_000,
        0,
        vantages.stream()
            .map(ReportedVantage::classKey)
            .distinct()
            .map(key -> new ReportedWork.ClassRound(key, 4, 2, false))
            .toList());
  }

  private ReportedVantage vantage(int number, Duration running, boolean incident) {
    NamespacedName pod = ManyPods.pod(node, number);
    boolean cutOff = incident && pod.namespace().equals(CUT_OFF);
    return new ReportedVantage(
        pod.namespace(),
        "Deployment/app-" + number % 4,
        pod.name(),
        number % 2 == 0 ? "allow-dns,default-deny" : "allow-dns,app-1-out,default-deny",
        number % 3 == 0,
        SERVERS.stream()
            .flatMap(
                server ->
                    Stream.of(Transport.values())
                        .map(
                            transport ->
                                path(server, transport, running.plusMillis(number), cutOff)))
            .toList());
  }

  private static ReportedPath path(
      Server server, Transport transport, Duration age, boolean cutOff) {
    Duration queried = Duration.ofMillis(age.toMillis() % 10_000);
    return new ReportedPath(
        server,
        transport,
        true,
        cutOff ? PathState.UNANSWERED : PathState.GOOD,
        age,
        queried,
        cutOff ? List.of(result(queried)) : List.of());
  }

  private static PathResult result(Duration queried) {
    return new PathResult(
        Scope.INTERNAL,
        Optional.of(Reason.TIMEOUT),
        new TreeMap<>(Map.of(Reason.TIMEOUT, 3)),
        false,
        queried.plusSeconds(30),
        queried);
  }

  private static ReportedFinding finding(List<String> pods, Duration running) {
    return new ReportedFinding(
        Finding.Code.EGRESS_DENIED,
        new Finding.Subject(
            List.of(CUT_OFF), pods, List.of("kube-dns"), List.of(Transport.values())),
        Finding.Confidence.OBSERVED,
        running,
        "No DNS server answers namespace " + CUT_OFF + " on this node.",
        List.of("Other namespaces of this node get answers."),
        List.of(),
        Optional.empty());
  }
}
