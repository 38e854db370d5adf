package io.github.dnsonde.testkit;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.overview.BlindRow;
import io.github.dnsonde.overview.IncidentEntry;
import io.github.dnsonde.overview.NodeRow;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.Timeline;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.BlindNamespace;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.UnprobedPod;
import io.github.dnsonde.report.Usage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reports of agents, and replies. */
public final class SampleReports {

  private static final Server SIX =
      new Server("kube-dns-ipv6", InetAddress.ofLiteral("fd00::a"), 53);

  private SampleReports() {}

  /** A report of an agent that has just started. */
  public static Report empty(String node) {
    return of(node, List.of());
  }

  /** A report with these vantages, and nothing else. */
  public static Report of(String node, List<ReportedVantage> vantages) {
    return of(node, vantages, List.of());
  }

  /** A report with these vantages and findings. */
  public static Report of(
      String node, List<ReportedVantage> vantages, List<ReportedFinding> findings) {
    return new Report(
        node,
        "1.2.3",
        "node",
        Duration.ofMinutes(10),
        vantages,
        List.of(),
        findings,
        Usage.NONE,
        Optional.empty(),
        0,
        List.of());
  }

  /** A report of a node that takes part in the division of work, and has nothing else. */
  public static Report working(String node, ReportedWork work) {
    return new Report(
        node,
        "1.2.3",
        "node",
        Duration.ofMinutes(10),
        List.of(),
        List.of(),
        List.of(),
        Usage.NONE,
        Optional.of(work),
        0,
        List.of());
  }

  /** A report with everything: a path of every state, a finding of every kind. */
  public static Report full() {
    return new Report(
        "node-a",
        "1.2.3",
        "node",
        Duration.ofSeconds(86_461),
        List.of(
            vantage("shop", "default-deny", PathState.values()),
            new ReportedVantage("pay", "pod", "", "-", false, List.of())),
        List.of(new BlindNamespace("batch", "no_network")),
        Stream.of(Finding.Code.values()).map(SampleReports::finding).toList(),
        new Usage(new Usage.Rate(6.8, 4.25), new Usage.Rate(3, 3), 2_345, 0.0125),
        Optional.of(
            new ReportedWork(
                1.25,
                12,
                0.5,
                List.of(
                    new ReportedWork.ClassRound(new ClassKey("shop", "default-deny"), 8, 4, true),
                    new ReportedWork.ClassRound(new ClassKey("pay", "-"), 4, 2, false)))),
        2,
        List.of(new UnprobedPod("shop", "web-2", "no_network")));
  }

  /** The probed pod of a class, with a path in each of these states. */
  public static ReportedVantage vantage(String namespace, String policyClass, PathState... states) {
    return new ReportedVantage(
        namespace,
        "web",
        "web-1",
        policyClass,
        true,
        Stream.of(states).map(SampleReports::path).toList());
  }

  /** A path that has been in this state for a minute. */
  public static ReportedPath path(PathState state) {
    return new ReportedPath(
        state == PathState.LATE ? SIX : SampleOutcomes.KUBE_DNS,
        Transport.UDP,
        true,
        state,
        Duration.ofSeconds(60),
        Duration.ofMillis(1_250),
        results(state));
  }

  private static List<PathResult> results(PathState state) {
    return switch (state) {
      case GOOD, EXPECTED, UNTESTED -> List.of();
      case UNANSWERED -> List.of(result(Reason.TIMEOUT, 6), result(Reason.PORT_UNREACHABLE, 1));
      case WRONG -> List.of(good(), result(Reason.SERVFAIL, 6));
      case LATE -> List.of(good(), result(Reason.LATE, 3));
      case UNCERTAIN -> List.of(good(), result(Reason.TIMEOUT, 1));
    };
  }

  private static PathResult good() {
    return new PathResult(
        Scope.INTERNAL,
        Optional.empty(),
        new TreeMap<>(),
        false,
        Duration.ofHours(1),
        Duration.ofMillis(1_250));
  }

  private static PathResult result(Reason reason, int count) {
    return new PathResult(
        Scope.EXTERNAL,
        Optional.of(reason),
        new TreeMap<>(Map.of(reason, count)),
        reason == Reason.PORT_UNREACHABLE,
        Duration.ofSeconds(60),
        Duration.ofMillis(8_750));
  }

  private static ReportedFinding finding(Finding.Code code) {
    return new ReportedFinding(
        code,
        new Finding.Subject(
            List.of("shop"), List.of("shop/web-1"), List.of("kube-dns"), List.of(Transport.UDP)),
        Finding.Confidence.LIKELY,
        Duration.ofMillis(61_500),
        "It is " + code.label() + ".",
        List.of("One.", "Two."),
        List.of("shop/default-deny"),
        Optional.of("kind: NetworkPolicy\n").filter(_ -> code == Finding.Code.EGRESS_DENIED));
  }

  /** The state of a node on which one namespace is cut off, and another is not seen. */
  public static Overview overview() {
    return new Overview(
        "node node-a",
        SampleOutcomes.NOON,
        List.of(
            row("shop", PathState.UNANSWERED, 120, new TreeMap<>(Map.of(Reason.TIMEOUT, 12))),
            row("pay", PathState.GOOD, 3_600 * 2, new TreeMap<>())),
        List.of(new BlindRow("batch", "no_network", List.of("node-a"))),
        SampleOutcomes.diagnosis().findings().subList(0, 1).stream()
            .map(finding -> finding.since(SampleOutcomes.NOON.minusSeconds(120)))
            .toList(),
        List.of(
            new NodeRow(
                "node-a",
                Optional.of("zone-1"),
                NodeRow.Presence.REPORTING,
                Optional.of(SampleOutcomes.NOON),
                Optional.of("1.2.3"),
                2,
                1)),
        full().usage(),
        0);
  }

  /** A timeline of one incident in namespace shop. */
  public static Timeline timeline() {
    return new Timeline(
        "node node-a",
        SampleOutcomes.NOON,
        SampleOutcomes.NOON.minusSeconds(3_600),
        PolicySight.ALWAYS,
        List.of(
            entry(600, IncidentEntry.Kind.POLICY, "NetworkPolicy shop/default-deny was applied."),
            entry(590, IncidentEntry.Kind.FAILURE, "First failure."),
            entry(580, IncidentEntry.Kind.FINDING, "It is egress_denied."),
            entry(500, IncidentEntry.Kind.SPREAD, "Spread from 1 to 2 nodes."),
            entry(400, IncidentEntry.Kind.RECOVERY, "Recovered.")));
  }

  private static IncidentEntry entry(int secondsAgo, IncidentEntry.Kind kind, String text) {
    return new IncidentEntry(
        SampleOutcomes.NOON.minusSeconds(secondsAgo), kind, List.of("shop"), text);
  }

  private static OverviewRow row(
      String namespace, PathState state, int seconds, SortedMap<Reason, Integer> reasons) {
    return new OverviewRow(
        namespace,
        "kube-dns",
        Transport.UDP,
        true,
        state,
        Optional.of(SampleOutcomes.NOON.minusSeconds(seconds)),
        1,
        1,
        1,
        1,
        reasons);
  }

  /** A reply with a part of the work. */
  public static ReportReply reply() {
    return new ReportReply(
        Optional.of(
            new ReportReply.NodeShare(
                1.5,
                false,
                Duration.ofSeconds(290),
                1_750_000_000_123L,
                List.of(
                    new ReportReply.CoreClass(new ClassKey("pay", "-"), 4, 6),
                    new ReportReply.CoreClass(new ClassKey("shop", "default-deny"), 0, 3)))));
  }

  /** The report as an agent sends it, without compression. */
  public static String json(Report report) {
    StringWriter json = new StringWriter();
    try {
      ReportJson.write(report, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return json.toString();
  }
}
