package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.BRIEF;
import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.both;
import static io.github.dnsonde.testkit.Misbehaviour.capitals;
import static io.github.dnsonde.testkit.Misbehaviour.compressionLoop;
import static io.github.dnsonde.testkit.Misbehaviour.cutOff;
import static io.github.dnsonde.testkit.Misbehaviour.echo;
import static io.github.dnsonde.testkit.Misbehaviour.garbage;
import static io.github.dnsonde.testkit.Misbehaviour.garbageWithRightId;
import static io.github.dnsonde.testkit.Misbehaviour.late;
import static io.github.dnsonde.testkit.Misbehaviour.octets;
import static io.github.dnsonde.testkit.Misbehaviour.rcode;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Misbehaviour.secondQuestion;
import static io.github.dnsonde.testkit.Misbehaviour.silence;
import static io.github.dnsonde.testkit.Misbehaviour.times;
import static io.github.dnsonde.testkit.Misbehaviour.truncated;
import static io.github.dnsonde.testkit.Misbehaviour.withoutQuestion;
import static io.github.dnsonde.testkit.Misbehaviour.wrongId;
import static io.github.dnsonde.testkit.Misbehaviour.wrongOpcode;
import static io.github.dnsonde.testkit.Misbehaviour.wrongQuestion;
import static io.github.dnsonde.testkit.Misbehaviour.wrongType;
import static io.github.dnsonde.testkit.Probes.probe;
import static io.github.dnsonde.testkit.Probes.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Expectation.NoSuchName;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Ignored.Why;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.Malformed;
import io.github.dnsonde.probe.Reply.Phase;
import io.github.dnsonde.probe.Reply.TimedOut;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Way;
import io.github.dnsonde.testkit.Witness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Behaviour that UDP and TCP, IPv4 and IPv6 share. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dnsonde.testkit.Way#all")
class AskingTest {

  private final Way way;
  private final Asker asker = new Asker();

  AskingTest(Way way) {
    this.way = way.orSkip();
  }

  @AfterEach
  void close() {
    asker.close();
  }

  @Test
  void rightAnswerIsReportedWithAllItsDetails() throws IOException {
    try (FakeDnsServer server = way.start(rightAnswer())) {
      Probe probe = probe(server.address(), way.transport());

      Outcome outcome = asker.ask(probe, PATIENT);

      List<Answer> answers = List.of(new Answer("example.com.", "A", "192.0.2.80"));
      int size = 12 + (13 + 4) + (2 + 10 + 4) + 11; // header, question, answer, EDNS
      assertEquals(new Answered(Rcode.NOERROR, false, answers, size), outcome.reply());
      assertEquals(new Good(), outcome.verdict());
      assertEquals(Ignored.NONE, outcome.ignored(), "messages ignored");
      assertEquals(probe, outcome.probe());
    }
  }

  @TestFactory
  Stream<DynamicTest> codesOfErrorsAreTold() {
    return Stream.of(
            Rcode.FORMERR,
            Rcode.SERVFAIL,
            Rcode.NXDOMAIN,
            Rcode.NOTIMP,
            Rcode.REFUSED,
            Rcode.BADVERS) // needs the bits in EDNS
        .map(
            code ->
                DynamicTest.dynamicTest(
                    Rcode.string(code),
                    () -> {
                      Answered answered = assertInstanceOf(Answered.class, replyTo(rcode(code)));
                      assertEquals(code, answered.rcode(), "response code");
                    }));
  }

  @Test
  void noDataIsAnAnswerWithoutRecords() throws IOException {
    try (FakeDnsServer server = way.start(rightAnswer())) {
      Outcome outcome =
          asker.ask(
              probe(
                  server.address(),
                  question(
                      Probes.INTERNAL,
                      RecordType.AAAA,
                      way.transport(),
                      new Records(List.of(), false))),
              PATIENT);

      assertEquals(List.of(), assertInstanceOf(Answered.class, outcome.reply()).answers());
      assertEquals(new Failed(Reason.NODATA), outcome.verdict());
    }
  }

  @Test
  void nameThatMustNotExistIsGoodWhenItDoesNot() throws IOException {
    try (FakeDnsServer server = way.start(rightAnswer())) {
      Outcome outcome =
          asker.ask(
              probe(
                  server.address(),
                  question("canary.example.org.", RecordType.A, way.transport(), new NoSuchName())),
              PATIENT);

      assertEquals(new Good(), outcome.verdict());
    }
  }

  @Test
  void silenceTimesOutWaitingForTheResponse() throws IOException {
    Outcome outcome = outcomeOf(silence(), BRIEF);

    assertEquals(new TimedOut(Phase.RESPONSE), outcome.reply());
    assertEquals(new Failed(Reason.TIMEOUT), outcome.verdict());
    assertTookAtLeast(BRIEF, outcome);
  }

  @Test
  void durationIsThatOfTheAnswer() throws IOException {
    Duration delay = Duration.ofMillis(100);

    Outcome outcome = outcomeOf(late(delay, rightAnswer()), PATIENT);

    assertTookAtLeast(delay, outcome);
    assertTrue(
        outcome.duration().orElseThrow().compareTo(PATIENT) < 0,
        () -> "took " + outcome.duration() + ", more than allowed");
  }

  @Test
  void rightAnswerAfterTheLateThresholdIsLate() throws IOException {
    assertEquals(
        new Failed(Reason.LATE), lateVerdict(rightAnswer()), "verdict on a right answer, late");
  }

  @Test
  void wrongAnswerKeepsItsReasonHoweverLate() throws IOException {
    assertEquals(
        new Failed(Reason.SERVFAIL), lateVerdict(rcode(Rcode.SERVFAIL)), "verdict on SERVFAIL");
  }

  private Verdict lateVerdict(Responder responder) throws IOException {
    Duration late = Duration.ofMillis(20);
    try (FakeDnsServer server = way.start(late(late.multipliedBy(3), responder))) {
      Outcome outcome = asker.ask(probe(server.address(), way.transport()), PATIENT, late);
      assumeNothingStalled();
      return outcome.verdict();
    }
  }

  @TestFactory
  Stream<DynamicTest> messagesThatAnswerSomethingElseAreIgnoredAndTheWaitGoesOn() {
    return Stream.of(
            new Passed("wrong id", wrongId(), Why.ANOTHER_ID),
            new Passed("wrong question", wrongQuestion(), Why.ANOTHER_QUESTION),
            new Passed("wrong type", wrongType(), Why.ANOTHER_QUESTION),
            new Passed("two questions", secondQuestion(), Why.SEVERAL_QUESTIONS),
            new Passed("no question, no error", withoutQuestion(Rcode.NOERROR), Why.NO_QUESTION),
            new Passed("garbage", garbage(40), Why.ANOTHER_ID),
            new Passed("a garbled header", garbage(11), Why.ANOTHER_ID),
            new Passed("a garbled id", garbage(2), Why.ANOTHER_ID),
            new Passed("half an id", garbage(1), Why.NO_ID),
            new Passed("an empty message", octets(_ -> new byte[0]), Why.NO_ID))
        .map(
            ignored ->
                DynamicTest.dynamicTest(
                    ignored.name(),
                    () -> {
                      Outcome outcome =
                          outcomeOf(both(ignored.responder(), rightAnswer()), PATIENT);
                      assertEquals(new Good(), outcome.verdict(), () -> "reply " + outcome.reply());
                      assertEquals(Ignored.one(ignored.why()), outcome.ignored());
                    }));
  }

  @Test
  void onlyIgnoredMessagesIsATimeoutThatCountsThem() throws IOException {
    Outcome outcome =
        outcomeOf(both(wrongId(), both(wrongQuestion(), wrongId())), Duration.ofSeconds(1));

    assertEquals(new TimedOut(Phase.RESPONSE), outcome.reply());
    assertEquals(
        Optional.of(
            "waiting for the response; ignored 3 messages: another id (2), another question (1)"),
        outcome.detail());
  }

  @Test
  void aHundredMessagesThatAnswerSomethingElseEndTheWait() throws IOException {
    Outcome outcome = outcomeOf(times(100, wrongId()), PATIENT);

    assertEquals(new Failed(Reason.MALFORMED), outcome.verdict(), () -> outcome.toString());
    assertEquals(
        Optional.of(
            "received 100 messages, none of which answers the query; ignored 100 messages: another"
                + " id"),
        outcome.detail());
  }

  @Test
  void anAnswerAfterNinetyNineOthersIsRead() throws IOException {
    Outcome outcome = outcomeOf(both(times(99, wrongId()), rightAnswer()), PATIENT);

    assertEquals(new Good(), outcome.verdict(), () -> outcome.toString());
    assertEquals(99, outcome.ignored().total(), "messages ignored");
  }

  @TestFactory
  Stream<DynamicTest> octetsWithTheRightIdThatAreNoResponseAreMalformed() {
    return Stream.of(
            new Case("garbage", garbageWithRightId(40)),
            new Case("less than a header", garbageWithRightId(11)),
            new Case("an id alone", garbageWithRightId(2)),
            new Case("cut off in its question", cutOff()),
            new Case("a name that points to itself", compressionLoop()),
            new Case("the query itself", echo()),
            new Case("a response to another kind of query", wrongOpcode()))
        .map(
            malformed ->
                DynamicTest.dynamicTest(
                    malformed.name(),
                    () -> {
                      Outcome outcome = outcomeOf(malformed.responder(), PATIENT);
                      String what = assertInstanceOf(Malformed.class, outcome.reply()).what();
                      assertTrue(!what.isBlank() && !what.equals("null"), "says what: " + what);
                      assertEquals(new Failed(Reason.MALFORMED), outcome.verdict());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> errorNeedNotRepeatTheQuestion() {
    return Stream.of(Rcode.FORMERR, Rcode.SERVFAIL, Rcode.REFUSED)
        .map(
            code ->
                DynamicTest.dynamicTest(
                    Rcode.string(code),
                    () ->
                        assertEquals(
                            code,
                            assertInstanceOf(Answered.class, replyTo(withoutQuestion(code)))
                                .rcode())));
  }

  @Test
  void questionInCapitalsIsTheSameQuestion() throws IOException {
    assertInstanceOf(Answered.class, replyTo(capitals()));
  }

  @Test
  void firstOfTwoAnswersCounts() throws IOException {
    Answered answered =
        assertInstanceOf(
            Answered.class, replyTo(both(rcode(Rcode.REFUSED), rcode(Rcode.SERVFAIL))));

    assertEquals(Rcode.REFUSED, answered.rcode(), "response code of the first answer");
  }

  @Test
  void truncationIsAnOutcomeAndNotARetry() throws Exception {
    Witness witness = new Witness(truncated());
    try (FakeDnsServer server = way.start(witness)) {
      Outcome outcome = asker.ask(probe(server.address(), way.transport()), PATIENT);

      assertTrue(assertInstanceOf(Answered.class, outcome.reply()).truncated(), "truncated");
      assertEquals(new Failed(Reason.TRUNCATED), outcome.verdict());
      asker.exchange().await(BRIEF);
      assertEquals(1, witness.seen().size(), "queries at the server");
    }
  }

  @Test
  void queryIsPlainAndOffersToReceive1232Octets() throws IOException {
    Query query = queriesFor(1).getFirst();

    Message message = query.message().orElseThrow();
    Record question = query.question().orElseThrow();
    assertEquals("example.com.", question.getName().toString());
    assertEquals(Type.A, question.getType(), "type");
    assertEquals(DClass.IN, question.getDClass(), "class");
    assertTrue(message.getHeader().getFlag(Flags.RD), "recursion desired");
    assertEquals(1232, message.getOPT().getPayloadSize(), "UDP size in EDNS");
    assertEquals(0, message.getOPT().getVersion(), "version of EDNS");
    assertEquals(0, message.getHeader().getCount(Section.ANSWER), "records in the query");
  }

  @Test
  void everyQueryHasItsOwnSocketAndId() throws IOException {
    int asked = 50;
    Set<Integer> ports = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    for (Query query : queriesFor(asked)) {
      ports.add(query.from().getPort());
      ids.add(query.message().orElseThrow().getHeader().getID());
    }

    // The kernel and chance may pick one twice, but rarely.
    assertTrue(ports.size() > asked / 2, () -> "too few source ports: " + ports);
    assertTrue(ids.size() > asked / 2, () -> "too few ids: " + ids);
  }

  @Test
  void outcomeNamesTheLocalAddressThatTheServerSaw() throws IOException {
    Witness witness = new Witness(rightAnswer());
    try (FakeDnsServer server = way.start(witness)) {
      InetSocketAddress local =
          asker.ask(probe(server.address(), way.transport()), PATIENT).local().orElseThrow();

      assertEquals(witness.seen().getFirst().from(), local);
    }
  }

  @Test
  void closingEndsQueriesInFlightAsUntested() throws IOException {
    try (FakeDnsServer server = way.start(silence())) {
      AtomicInteger done = new AtomicInteger();
      for (int i = 0; i < 3; i++) {
        asker
            .exchange()
            .query(
                probe(server.address(), way.transport()),
                PATIENT,
                PATIENT,
                outcome -> {
                  assertEquals("shutdown", causeOf(outcome));
                  done.incrementAndGet();
                });
      }
      asker.exchange().await(Duration.ZERO);
      assertEquals(3, asker.exchange().inFlight(), "in flight");

      asker.exchange().close();

      assertEquals(3, done.get(), "outcomes reported");
      assertEquals(0, asker.exchange().inFlight(), "in flight");
    }
  }

  private static String causeOf(Outcome outcome) {
    return assertInstanceOf(Verdict.Untested.class, outcome.verdict()).cause().label();
  }

  private List<Query> queriesFor(int asked) throws IOException {
    Witness witness = new Witness(rightAnswer());
    try (FakeDnsServer server = way.start(witness)) {
      for (int i = 0; i < asked; i++) {
        assertEquals(
            new Good(),
            asker.ask(probe(server.address(), way.transport()), PATIENT).verdict(),
            "verdict on each question");
      }
    }
    assertEquals(asked, witness.seen().size(), "queries at the server");
    return witness.seen();
  }

  private Reply replyTo(Responder responder) throws IOException {
    return outcomeOf(responder, PATIENT).reply();
  }

  private Outcome outcomeOf(Responder responder, Duration timeout) throws IOException {
    try (FakeDnsServer server = way.start(responder)) {
      return asker.ask(probe(server.address(), way.transport()), timeout);
    }
  }

  private void assertTookAtLeast(Duration least, Outcome outcome) {
    assumeNothingStalled();
    Duration took = outcome.duration().orElseThrow();
    assertTrue(took.compareTo(least) >= 0, () -> "took " + took + ", less than " + least);
  }

  private void assumeNothingStalled() {
    assumeTrue(
        asker.standstills().isEmpty(),
        () -> "this machine was too busy to measure: stalled for " + asker.standstills());
  }

  private record Case(String name, Responder responder) {}

  private record Passed(String name, Responder responder, Why why) {}
}
