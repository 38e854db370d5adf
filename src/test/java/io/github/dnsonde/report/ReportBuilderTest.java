package io.github.dnsonde.report;

import static io.github.dnsonde.testkit.SampleOutcomes.KUBE_DNS;
import static io.github.dnsonde.testkit.SampleOutcomes.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.json.ReportJson;
import io.github.dnsonde.probe.Candidate;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.ExpectedSilence;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Streak;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.VantageStatus;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.SampleOutcomes;
import io.github.dnsonde.testkit.SampleReports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportBuilderTest {

  private static final Vantage WEB = SampleOutcomes.vantage("shop");
  private static final Probe INTERNAL = probe(Scope.INTERNAL);
  private static final Probe EXTERNAL = probe(Scope.EXTERNAL);

  private static Probe probe(Scope scope) {
    String name =
        scope == Scope.INTERNAL ? "kubernetes.default.svc.cluster.local." : "example.com.";
    return SampleOutcomes.probe(WEB, KUBE_DNS, name, scope, Transport.UDP);
  }

  /** Each character is an outcome, the last one the latest: see {@link #outcome}. */
  @ParameterizedTest
  @CsvSource({
    "ggg, ggg, good",
    "t,   t,   unanswered", // two queries got no response
    "t,   '',  uncertain",
    "gt,  gt,  unanswered",
    "gt,  ggg, uncertain",
    "gtt, ggg, wrong",
    "gtt, s,   wrong",
    "ggg, ss,  wrong",
    "ggg, s,   uncertain",
    "ggg, ll,  late",
    "ll,  ss,  wrong",
    "tg,  tg,  good",
    "'',  '',  untested",
    "u,   u,   untested",
    "ttu, ttu, untested", // it was silent, but nothing is known any more
    "ttu, ttt, unanswered",
    "ii,  ii,  wrong", // messages arrive, but not the answer
    "rr,  tt,  unanswered",
  })
  void aPathHasAState(String internal, String external, String state) {
    ReportedPath path = path(internal, external);
    assertEquals(state, path.state().label());
  }

  private ExpectedSilence silence = ExpectedSilence.NONE;

  @Test
  void ageAndReasonsAreThoseOfTheFailures() {
    ReportedPath path = path("ggtrt", "ggttt");
    assertEquals(PathState.UNANSWERED, path.state());
    assertEquals(Map.of(Reason.TIMEOUT, 5, Reason.PORT_UNREACHABLE, 1), path.reasons());
    assertEquals(Duration.ofSeconds(30), path.since());
    assertEquals(Duration.ofSeconds(10), path.queried());
  }

  /** Its results do not matter: the state is what its owner declared. */
  @Test
  void aPathWithoutExpectedResponseIsExpected() {
    silence = new ExpectedSilence(Set.of(INTERNAL.vantage().namespace()), Set.of());
    ReportedPath path = path("ggtt", "gg");
    assertEquals(PathState.EXPECTED, path.state());
    assertEquals(List.of(), path.results());
    assertEquals(Duration.ZERO, path.since());
  }

  @Test
  void resultsKeepTheScopesApart() {
    ReportedPath path = path("gggg", "ggss");
    assertEquals(
        List.of(
            new PathResult(
                Scope.INTERNAL,
                Optional.empty(),
                new TreeMap<>(),
                false,
                Duration.ofSeconds(40),
                Duration.ofSeconds(10)),
            new PathResult(
                Scope.EXTERNAL,
                Optional.of(Reason.SERVFAIL),
                new TreeMap<>(Map.of(Reason.SERVFAIL, 2)),
                false,
                Duration.ofSeconds(20),
                Duration.ofSeconds(10))),
        path.results());
  }

  @Test
  void aVantageHasItsClassAndStanding() {
    Plan plan =
        new Plan(
            List.of(INTERNAL),
            List.of(
                new Candidate(
                    "shop", "web", "web-1", Optional.empty(), "default-deny", VantageStatus.CHOSEN),
                new Candidate(
                    "pay", "api", "api-1", Optional.empty(), "-", VantageStatus.NO_NETWORK)),
            ResolverSettings.NONE,
            List.of());
    Report report = report(plan, List.of(), Diagnosis.NONE);
    ReportedVantage vantage = report.vantages().getFirst();
    assertEquals(new ClassKey("shop", "default-deny"), vantage.classKey());
    assertTrue(vantage.core());
    assertEquals(List.of(new BlindNamespace("pay", "no_network")), report.blind());
  }

  @Test
  void findingsHaveAges() {
    Diagnosis diagnosis = SampleOutcomes.diagnosis();
    Report report = report(Plan.EMPTY, List.of(), diagnosis);
    assertEquals(
        diagnosis.findings(), report.findings().stream().map(finding -> finding.at(NOON)).toList());
  }

  /** A clock that is set must not stop the reports. */
  @Test
  void timesInTheFutureHaveNoAge() {
    NodeKnowledge early =
        knowledge(
            SampleOutcomes.plan(INTERNAL),
            outcomes(INTERNAL, "tt"),
            SampleOutcomes.diagnosis(),
            NOON.minusSeconds(100_000));
    assertEquals(Duration.ZERO, early.report().vantages().getFirst().paths().getFirst().since());
  }

  /** Hostile tenants decide how large a plan and a finding become. */
  @Test
  void theLargestReportIsWithinTheLimitsOfItsReader() throws IOException {
    List<Probe> probes = new ArrayList<>();
    IntStream.range(0, 1_200)
        .mapToObj(i -> SampleOutcomes.vantage("n".repeat(63), "w".repeat(253), "p".repeat(240) + i))
        .forEach(vantage -> probes.addAll(SampleOutcomes.eightProbes(vantage)));
    List<Outcome> latest = probes.stream().map(SampleOutcomes::timeout).toList();
    String text = "long ".repeat(1_000);
    Finding large =
        new Finding(
            Finding.Code.EGRESS_DENIED,
            new Finding.Subject(
                IntStream.range(0, 3_000).mapToObj(i -> "namespace-" + i).toList(),
                List.of(),
                List.of(),
                List.of(Transport.UDP)),
            Finding.Confidence.LIKELY,
            NOON,
            text,
            IntStream.range(0, 100).mapToObj(i -> text + i).toList(),
            List.of(),
            Optional.of("y".repeat(100_000)));
    Report report =
        report(
            new Plan(probes),
            latest,
            new Diagnosis(IntStream.range(0, 700).mapToObj(_ -> large).toList(), List.of()));
    assertTrue(report.omitted() > 400, report.omitted() + " were left out");
    String json = SampleReports.json(report);
    assertEquals(
        report, ReportJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))));
  }

  /** A spare pod is represented by another one; for the others, the reason is reported. */
  @Test
  void podsThatCannotBeProbedFromAreReportedWithTheirReason() {
    List<Candidate> candidates =
        Stream.of(VantageStatus.values())
            .map(
                status ->
                    new Candidate(
                        "shop", "web", "web-" + status.label(), Optional.empty(), "-", status))
            .toList();
    Report report = report(new Plan(List.of(), candidates), List.of(), Diagnosis.NONE);
    assertEquals(
        List.of(
            "capped",
            "contested",
            "foreign_kernel",
            "host_network",
            "no_address",
            "no_network",
            "unconfirmed",
            "unread"),
        report.unprobed().stream().map(UnprobedPod::cause).toList());
    assertEquals("web-capped", report.unprobed().getFirst().pod());
  }

  @Test
  void whereALimitLeavesSomeOutTheWorstStay() {
    List<Probe> probes =
        IntStream.range(0, 1_100)
            .mapToObj(i -> SampleOutcomes.probe("n-%04d".formatted(i)))
            .toList();
    List<Outcome> outcomes = new ArrayList<>(outcomes(probes.getLast(), "tt"));
    probes.subList(0, 1_000).forEach(probe -> outcomes.addAll(outcomes(probe, "gg")));
    Report report = report(new Plan(probes), outcomes, Diagnosis.NONE);
    assertEquals("n-1099", report.vantages().getFirst().namespace());
    assertEquals(Limits.VANTAGES, report.vantages().size());
    assertEquals(100, report.omitted());
  }

  @Test
  void aChangeOfStateIsNoticed() {
    Plan plan = SampleOutcomes.plan(INTERNAL);
    Report good = report(plan, outcomes(INTERNAL, "gg"), Diagnosis.NONE);
    assertFalse(report(plan, outcomes(INTERNAL, "ggg"), Diagnosis.NONE).differsFrom(good));
    assertTrue(report(plan, outcomes(INTERNAL, "gtt"), Diagnosis.NONE).differsFrom(good));
    assertTrue(
        report(plan, outcomes(INTERNAL, "gg"), SampleOutcomes.diagnosis()).differsFrom(good));
    assertTrue(report(Plan.EMPTY, List.of(), Diagnosis.NONE).differsFrom(good));
    Report silent = report(plan, outcomes(INTERNAL, "tt"), Diagnosis.NONE);
    assertFalse(report(plan, outcomes(INTERNAL, "tttt"), Diagnosis.NONE).differsFrom(silent));
  }

  private ReportedPath path(String internal, String external) {
    List<Outcome> outcomes = new ArrayList<>(outcomes(INTERNAL, internal));
    outcomes.addAll(outcomes(EXTERNAL, external));
    Report report = report(SampleOutcomes.plan(INTERNAL, EXTERNAL), outcomes, Diagnosis.NONE);
    return report.vantages().getFirst().paths().getFirst();
  }

  /** One outcome every ten seconds, the last one ten seconds ago. */
  private static List<Outcome> outcomes(Probe probe, String kinds) {
    return IntStream.range(0, kinds.length())
        .mapToObj(
            i ->
                outcome(probe, kinds.charAt(i))
                    .queriedAt(NOON.minusSeconds(10L * (kinds.length() - i))))
        .toList();
  }

  private static Outcome outcome(Probe probe, char kind) {
    return switch (kind) {
      case 'g' -> SampleOutcomes.good(probe, 2);
      case 'l' -> SampleOutcomes.good(probe, 6_000);
      case 's' -> SampleOutcomes.servfail(probe, 2);
      case 't' -> SampleOutcomes.timeout(probe);
      case 'r' -> SampleOutcomes.replied(probe, 1, new Reply.PortUnreachable());
      case 'u' -> SampleOutcomes.untested(probe, Cause.STARVED);
      case 'i' -> misunderstood(probe);
      default -> throw new IllegalArgumentException("no outcome " + kind);
    };
  }

  private static Outcome misunderstood(Probe probe) {
    Outcome silent = SampleOutcomes.timeout(probe);
    return new Outcome(
        probe,
        silent.at(),
        silent.duration(),
        silent.local(),
        Ignored.one(Ignored.Why.ANOTHER_ID),
        silent.reply(),
        new Verdict.Failed(Reason.TIMEOUT));
  }

  private Report report(Plan plan, List<Outcome> outcomes, Diagnosis diagnosis) {
    return knowledge(plan, outcomes, diagnosis, NOON).report();
  }

  private NodeKnowledge knowledge(
      Plan plan, List<Outcome> outcomes, Diagnosis diagnosis, Instant now) {
    Map<Probe, Outcome> latest = new LinkedHashMap<>();
    Map<Probe, Streak> streaks = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      latest.put(outcome.probe(), outcome);
      Streak streak = streaks.get(outcome.probe());
      if (streak != null) {
        streaks.put(outcome.probe(), streak.then(outcome));
      } else if (!(outcome.verdict() instanceof Verdict.Untested)) {
        streaks.put(outcome.probe(), Streak.begin(outcome));
      }
    }
    return new NodeKnowledge(
        "node-a",
        "1.2.3",
        "node",
        Duration.ofHours(1),
        plan,
        List.copyOf(latest.values()),
        List.copyOf(streaks.values()),
        diagnosis,
        _ -> true,
        silence,
        Usage.NONE,
        Optional.empty(),
        now);
  }
}
