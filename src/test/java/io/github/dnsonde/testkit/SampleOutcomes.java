package io.github.dnsonde.testkit;

import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Probes and outcomes in one line each. */
public final class SampleOutcomes {

  public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  public static final Server KUBE_DNS =
      new Server("kube-dns", InetAddress.ofLiteral("10.96.0.10"), 53);
  public static final Server NODE_LOCAL =
      new Server("node-local-dns", InetAddress.ofLiteral("169.254.20.10"), 53);

  private SampleOutcomes() {}

  /** The pod {@code web-1} of the Deployment {@code web}. */
  public static Vantage vantage(String namespace) {
    return vantage(namespace, "web", "web-1");
  }

  public static Vantage vantage(String namespace, String workload, String pod) {
    return new Vantage(namespace, workload, pod, "node-a", Vantage.ANY);
  }

  public static Question question(String name, Scope scope, Transport transport) {
    return new Question(name, RecordType.A, transport, scope, Expectation.ANY_RECORD);
  }

  public static Probe probe(
      Vantage vantage, Server server, String name, Scope scope, Transport transport) {
    return new Probe(vantage, server, question(name, scope, transport), true);
  }

  /** A probe that queries kube-dns for {@code example.com.} over UDP. */
  public static Probe probe(String namespace) {
    return probe(vantage(namespace), KUBE_DNS, "example.com.", Scope.EXTERNAL, Transport.UDP);
  }

  /** The eight probes of the default configuration for a vantage. */
  public static List<Probe> eightProbes(Vantage vantage) {
    return Stream.of(KUBE_DNS, NODE_LOCAL)
        .flatMap(server -> Stream.of(Transport.values()).flatMap(it -> two(vantage, server, it)))
        .toList();
  }

  private static Stream<Probe> two(Vantage vantage, Server server, Transport transport) {
    return Stream.of(
        probe(vantage, server, "kubernetes.default.svc.cluster.local.", Scope.INTERNAL, transport),
        probe(vantage, server, "example.com.", Scope.EXTERNAL, transport));
  }

  public static Plan plan(Probe... probes) {
    return new Plan(List.of(probes));
  }

  /** A pod that cannot be a vantage. */
  public static Candidate outcast(String namespace, VantageStatus vantageStatus) {
    return new Candidate(namespace, "web", "web-1", Optional.empty(), "-", vantageStatus);
  }

  /** An outcome with {@code A 192.0.2.80}, after this many milliseconds. */
  public static Outcome good(Probe probe, long millis) {
    return replied(
        probe,
        millis,
        new Reply.Answered(
            0, false, List.of(new Answer(probe.question().name(), "A", "192.0.2.80")), 56));
  }

  public static Outcome servfail(Probe probe, long millis) {
    return replied(probe, millis, new Reply.Answered(2, false, List.of(), 40));
  }

  public static Outcome timeout(Probe probe) {
    return replied(probe, 7_500, new Reply.TimedOut(Reply.Phase.RESPONSE));
  }

  public static Outcome untested(Probe probe, Cause cause) {
    return Outcome.untested(probe, NOON, cause, "made up");
  }

  /** An outcome judged with the default pace. */
  public static Outcome replied(Probe probe, long millis, Reply reply) {
    return Outcome.judged(
        probe,
        NOON,
        Optional.of(Duration.ofMillis(millis)),
        Optional.of(new InetSocketAddress(InetAddress.ofLiteral("10.244.3.57"), 57_589)),
        Ignored.NONE,
        reply,
        Pace.DEFAULT.late());
  }

  /**
   * A finding of every kind, with a suggested policy and without, and a verdict of every effect.
   */
  public static Diagnosis diagnosis() {
    return new Diagnosis(
        Stream.of(Finding.Code.values()).map(SampleOutcomes::finding).toList(),
        Stream.of(Decision.values()).map(SampleOutcomes::policyVerdict).toList());
  }

  private static Finding finding(Finding.Code code) {
    return new Finding(
        code,
        new Finding.Subject(
            List.of("shop"), List.of("shop/web-0"), List.of("kube-dns"), List.of(Transport.UDP)),
        Finding.Confidence.LIKELY,
        Instant.parse("2026-11-22T12:00:00Z"),
        "It is " + code.label() + ".",
        List.of("One.", "Two."),
        List.of("shop/default-deny"),
        Optional.of("kind: NetworkPolicy\n").filter(_ -> code == Finding.Code.EGRESS_DENIED));
  }

  private static ReportedVerdict policyVerdict(Decision effect) {
    return policyVerdict(probe("shop"), effect);
  }

  /** The verdict of the policies on the path of a probe. */
  public static ReportedVerdict policyVerdict(Probe probe, Decision effect) {
    return new ReportedVerdict(
        probe.vantage().namespace(),
        probe.vantage().workload(),
        probe.vantage().pod(),
        probe.server().name(),
        probe.question().transport(),
        effect,
        effect,
        List.of(),
        "Nothing forbids it.");
  }
}
