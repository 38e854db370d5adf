package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.Finding.Code;
import io.github.dnsonde.kube.ControllerCluster;
import io.github.dnsonde.kube.EventsApi;
import io.github.dnsonde.kube.EventsApi.Stored;
import io.github.dnsonde.log.Lines;
import io.github.dnsonde.log.Logging;
import io.github.dnsonde.merge.ClusterSight;
import io.github.dnsonde.merge.EventResult;
import io.github.dnsonde.overview.NodeInput;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Forbidden;
import io.github.dnsonde.testkit.Hostile;
import io.github.dnsonde.testkit.SampleReports;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The writer and an API server that it reaches over loopback. Time passes only on command. */
@Timeout(60)
class EventWriterTest {

  static final List<String> TEXTS = Hostile.TEXTS;

  private static final String CUT_OFF = "DNSCutOff";
  private static final String RESTORED = "DNSRestored";
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir private Path folder;

  private final FakeTicker ticker = new FakeTicker();
  private final Map<EventResult, Integer> counted = new EnumMap<>(EventResult.class);
  private List<Finding> findings = List.of();
  private List<String> answered = List.of();
  private EventsApi api;
  private ControllerCluster cluster;
  private Instant complete;
  private EventWriter writer;

  @BeforeEach
  void start() throws Exception {
    api = EventsApi.start(0);
    ticker.advance(Duration.ofSeconds(5));
    connect();
  }

  /** Starts a controller that knows nothing. */
  private void connect() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    cluster = api.cluster(folder);
    complete = ticker.now();
    writer =
        new EventWriter(
            cluster.events("dnsonde-controller"),
            "dnsonde",
            () -> Optional.of(new ClusterSight(findings, List.of(node()), complete)),
            result -> counted.merge(result, 1, Integer::sum),
            ticker);
  }

  @AfterEach
  void stop() {
    cluster.close();
    api.close();
  }

  /** The report of the one node. */
  private NodeInput node() {
    return new NodeInput(
        SampleReports.of(
            "node-a",
            answered.stream()
                .map(namespace -> SampleReports.vantage(namespace, "-", PathState.GOOD))
                .toList()),
        ticker.now(),
        Optional.empty());
  }

  @Test
  void aFindingIsOneEventAboutItsPolicy() {
    Finding denied = denied("payments");
    findings = List.of(denied);
    turns(5);
    assertEquals(
        List.of(
            new Stored(
                "payments",
                api.all().getFirst().name(),
                "Warning",
                CUT_OFF,
                "NetworkPolicy",
                "default-deny",
                "DNS gets no response: queries of pods of this namespace to kube-dns over UDP, on 1"
                    + " node. NetworkPolicy default-deny isolates them, and no rule allows it. The"
                    + " policy that would fix it: kubectl dnsonde explain payments --fix.",
                1,
                "2026-01-01T00:00:06.000000Z")),
        api.all());
    assertEquals(Map.of(EventResult.CREATED, 1), counted);
  }

  @Test
  void whileItLastsTheEventIsASeries() {
    findings = List.of(denied("payments"));
    turns(1);
    minutes(20);
    Stored event = api.in("payments", CUT_OFF).getFirst();
    assertEquals(3, event.count());
    assertTrue(event.last().startsWith("2026-01-01T00:20"), event::last);
    assertEquals(List.of("POST payments", "PATCH payments", "PATCH payments"), api.requests());
  }

  @Test
  void itsEndIsAnEventOnceQueriesAreAnswered() {
    findings = List.of(denied("payments"));
    turns(60);
    findings = List.of();
    answered = List.of("payments");
    turns(29);
    assertEquals(List.of(), api.in("payments", RESTORED));
    turns(60);
    Stored restored = api.in("payments", RESTORED).getFirst();
    assertAll(
        () -> assertEquals(1, api.in("payments", RESTORED).size()),
        () -> assertEquals("Normal", restored.type()),
        () -> assertEquals("default-deny", restored.about()),
        () ->
            assertTrue(
                restored.note().startsWith("DNS is answered again: queries of pods"),
                restored::note));
  }

  /** Pods that are gone, and agents that are silent, say nothing about DNS. */
  @Test
  void ifNobodyKnowsNothingIsRestored() {
    findings = List.of(denied("payments"));
    turns(5);
    findings = List.of();
    answered = List.of("shop");
    turns(120);
    assertEquals(1, api.all().size(), api.all()::toString);
  }

  /** The first failures have no cause yet; then the policies are read. */
  @Test
  void anotherCauseOfTheSameFailureRestoresNothing() {
    answered = List.of("payments");
    findings = List.of(finding(Code.UNEXPLAINED, "payments", List.of()));
    turns(5);
    findings = List.of(denied("payments"));
    turns(120);
    assertEquals(List.of(), api.in("payments", RESTORED));
    findings = List.of();
    turns(60);
    assertEquals(1, api.in("payments", RESTORED).size());
    assertEquals(2, api.in("payments", CUT_OFF).size());
  }

  @Test
  void aSharedCauseIsOneEventInTheReleasesNamespace() {
    findings = List.of(finding(Code.SERVER_DOWN, "payments", List.of()));
    turns(3);
    assertEquals(1, api.all().size());
    assertEquals(1, api.in("dnsonde", CUT_OFF).size());
    assertEquals("Namespace", api.all().getFirst().kind());
    findings = List.of();
    answered = List.of("payments");
    turns(60);
    assertEquals(1, api.in("dnsonde", RESTORED).size());
  }

  /** Its beginning is computed from ages, so it differs by seconds, here across a minute. */
  @Test
  void aRestartContinuesTheEvent() throws Exception {
    findings = List.of(denied("payments").since(Instant.parse("2025-12-31T23:59:59.900Z")));
    turns(5);
    ticker.advance(Duration.ofMinutes(2));
    for (String since : List.of("2026-01-01T00:00:03Z", "2025-12-31T23:58:58Z")) {
      connect();
      findings =
          List.of(
              new Finding(
                  Code.EGRESS_DENIED,
                  findings.getFirst().subject(),
                  Finding.Confidence.LIKELY,
                  Instant.parse(since),
                  "",
                  List.of(),
                  List.of("payments/default-deny"),
                  Optional.empty()));
      turns(5);
    }
    assertEquals(1, api.all().size(), api.all()::toString);
    assertEquals(2, api.all().getFirst().count());
  }

  @Test
  void whatBeganWhileTheControllerWasAwayIsNew() throws Exception {
    connect();
    findings = List.of(denied("payments").since(ticker.now().minusSeconds(200)));
    turns(5);
    assertEquals(1, api.in("payments", CUT_OFF).size());
  }

  /** The response to the first request got lost, or failures come back within the minute. */
  @Test
  void anEventThatIsThereAlreadyIsContinued() throws Exception {
    Finding denied = denied("payments").since(ticker.now().plusSeconds(1));
    findings = List.of(denied);
    turns(3);
    connect();
    complete = ticker.now().minusSeconds(3_600);
    turns(3);
    assertEquals(1, api.all().size());
    assertEquals(2, api.all().getFirst().count());
    assertEquals(List.of("POST payments", "POST payments", "PATCH payments"), api.requests());
  }

  @Test
  void anEventThatExpiredIsMadeAnew() {
    findings = List.of(denied("payments"));
    turns(5);
    api.expire();
    minutes(11);
    assertEquals(1, api.in("payments", CUT_OFF).size());
    assertEquals(2, counted.get(EventResult.CREATED));
    minutes(30);
    assertEquals(1, api.all().size());
    assertEquals(2, counted.get(EventResult.CREATED));
  }

  @Test
  void aStormIsTwentyEventsAMinuteWithTheSharedCauseFirst() {
    List<Finding> storm = new ArrayList<>();
    IntStream.range(0, 500).forEach(i -> storm.add(denied("team-" + i)));
    storm.add(finding(Code.SERVER_DOWN, "team-1", List.of()));
    findings = storm;
    turns(10);
    assertEquals(20, api.all().size());
    assertEquals("dnsonde", api.all().getFirst().namespace());
    assertEquals(481, counted.get(EventResult.LIMITED), "each is counted once");
    for (int minute = 2; minute <= 5; minute++) {
      ticker.advance(Duration.ofSeconds(50));
      turns(10);
      assertEquals(20 * minute, api.in(CUT_OFF).size(), "after " + minute + " minutes");
    }
    findings = List.of();
    turns(60);
    assertEquals(401, counted.get(EventResult.DROPPED), "they were never written");
  }

  /** A tenant that breaks its DNS again and again has Events at the others' expense. */
  @Test
  void aTenantWithManyEventsWaitsForTheOthers() {
    List<Finding> storm = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      storm.add(finding(Code.EGRESS_DENIED, "greedy", List.of("greedy/policy-" + i)));
    }
    IntStream.range(0, 15).forEach(i -> storm.add(denied("team-" + i)));
    findings = storm;
    turns(10);
    assertEquals(5, api.in("greedy", CUT_OFF).size());
    assertEquals(20, api.all().size());
  }

  @Test
  void aMissingPermissionIsOneLineThatNamesTheRule() {
    api.refuse(403, "events.events.k8s.io is forbidden: User \"x\" cannot create resource");
    findings = IntStream.range(0, 30).mapToObj(i -> denied("team-" + i)).toList();
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      turns(59);
      List<String> written = lines.fresh();
      assertEquals(1, written.size(), written::toString);
      assertTrue(
          written.getFirst().contains("verbs create and patch for resource events of apiGroup")
              && written.getFirst().contains("cannot create resource"),
          written::toString);
    }
    assertEquals(30, api.requests().size(), "each is tried once in ten minutes");
    api.accept();
    minutes(11);
    assertEquals(30, api.all().size());
  }

  @Test
  void anApiServerThatIsAwayIsTriedLessAndLessOften() throws Exception {
    findings = List.of(denied("payments"));
    int port = api.port();
    api.close();
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      turns(600);
      int failed = counted.getOrDefault(EventResult.FAILED, 0);
      assertTrue(failed >= 10 && failed <= 20, "tried " + failed + " times in ten minutes");
      assertEquals(10, lines.fresh().size());
    }
    api = EventsApi.start(port);
    turns(61);
    assertEquals(1, api.in("payments", CUT_OFF).size());
  }

  @Test
  void anOverloadedServerIsLeftAlone() {
    api.refuse(429, "too many requests");
    findings = IntStream.range(0, 30).mapToObj(i -> denied("team-" + i)).toList();
    turns(30);
    assertTrue(api.requests().size() <= 5, api.requests()::toString);
    api.accept();
    turns(61);
    assertEquals(20, api.all().size());
  }

  /** A turn ends in time although no request is answered. */
  @Test
  @Tag("long")
  void aServerThatNeverAnswersDelaysATurnByOneRequest() {
    api.hang();
    findings = IntStream.range(0, 30).mapToObj(i -> denied("team-" + i)).toList();
    long began = System.nanoTime();
    turns(1);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(Duration.ofSeconds(15)) < 0, took::toString);
    assertEquals(1, counted.get(EventResult.FAILED));
  }

  @ParameterizedTest(name = "{index}")
  @FieldSource("TEXTS")
  void hostileNamesAreEscapedAndReachNoOtherPath(String text) {
    findings =
        List.of(
            finding(Code.EGRESS_DENIED, "payments", List.of("payments/" + text, "secret/" + text)),
            finding(Code.SERVER_FAILS, text, List.of()),
            finding(Code.EGRESS_DENIED, text, List.of()),
            finding(Code.EGRESS_DENIED, "../../secret", List.of()));
    turns(5);
    assertEquals(2, api.all().size(), api.all()::toString);
    Stored event = api.in("payments", CUT_OFF).getFirst();
    Forbidden.check(event.note(), () -> text);
    assertFalse(event.note().contains("secret"), event::note);
    assertEquals(
        List.of("POST dnsonde", "POST payments"), api.requests().stream().sorted().toList());
  }

  private void turns(int seconds) {
    for (int i = 0; i < seconds; i++) {
      ticker.advance(SECOND);
      writer.turn();
    }
  }

  private void minutes(int minutes) {
    for (int i = 0; i < minutes; i++) {
      ticker.advance(Duration.ofMinutes(1));
      writer.turn();
    }
    turns(1);
  }

  /** A finding that begins now. */
  private Finding denied(String namespace) {
    return finding(Code.EGRESS_DENIED, namespace, List.of(namespace + "/default-deny"));
  }

  private Finding finding(Code code, String namespace, List<String> policies) {
    return new Finding(
        code,
        new Finding.Subject(
            List.of(namespace),
            List.of(namespace + "/web-1"),
            List.of("kube-dns"),
            List.of(Transport.UDP),
            List.of("node-a")),
        Finding.Confidence.LIKELY,
        ticker.now(),
        "A sentence about " + namespace + ".",
        List.of(),
        policies,
        Optional.empty());
  }
}
