package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.dnsonde.probe.Expectation.NoSuchName;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.Malformed;
import io.github.dnsonde.probe.Reply.NotSent;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.probe.Verdict.Untested;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The verdict on each reply. */
class JudgeTest {

  private static final Duration LATE = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofMillis(2);
  private static final Duration TOO_LONG = LATE.plusNanos(1);

  private static final int NOERROR = 0;
  private static final int SERVFAIL = 2;
  private static final int NXDOMAIN = 3;
  private static final int REFUSED = 5;

  private static final Expectation ANY = Expectation.ANY_RECORD;
  private static final Expectation NOBODY = new NoSuchName();
  private static final Answer ADDRESS = a("example.com.", "192.0.2.80");
  private static final Answer CHAOS = new Answer("example.com.", "CH", "A", "192.0.2.80");

  /** The expectation, the reply, its duration, and the verdict. */
  private record Case(String what, Expectation expected, Reply reply, Duration took, Verdict is) {}

  private static final List<Case> CASES =
      List.of(
          new Case("a record, in time", ANY, answered(ADDRESS), SOON, good()),
          new Case("a record, just in time", ANY, answered(ADDRESS), LATE, good()),
          new Case("a record, too late", ANY, answered(ADDRESS), TOO_LONG, bad(Reason.LATE)),
          new Case("no record", ANY, answered(), SOON, bad(Reason.NODATA)),
          new Case("no record, too late", ANY, answered(), TOO_LONG, bad(Reason.NODATA)),
          new Case("no such name", ANY, rcode(NXDOMAIN), SOON, bad(Reason.NXDOMAIN)),
          new Case("failure", ANY, rcode(SERVFAIL), SOON, bad(Reason.SERVFAIL)),
          new Case("failure, too late", ANY, rcode(SERVFAIL), TOO_LONG, bad(Reason.SERVFAIL)),
          new Case("refusal", ANY, rcode(REFUSED), SOON, bad(Reason.REFUSED)),
          new Case("format error", ANY, rcode(1), SOON, bad(Reason.OTHER_RCODE)),
          new Case("not implemented", ANY, rcode(4), SOON, bad(Reason.OTHER_RCODE)),
          new Case("bad version of EDNS", ANY, rcode(16), SOON, bad(Reason.OTHER_RCODE)),
          new Case("cut short", ANY, truncated(ADDRESS), SOON, bad(Reason.TRUNCATED)),
          new Case("cut to nothing", ANY, truncated(), SOON, bad(Reason.TRUNCATED)),
          new Case("cut short, as expected", cutShort(), truncated(), SOON, good()),
          new Case("cut short, as expected, late", cutShort(), truncated(), TOO_LONG, late()),
          new Case("whole though it may be cut", cutShort(), answered(ADDRESS), SOON, good()),
          new Case("nothing though it may be cut", cutShort(), answered(), SOON, noData()),
          new Case("an address within", within("192.0.2.0/24"), answered(ADDRESS), SOON, good()),
          new Case(
              "an address within the second block",
              within("10.96.0.0/12", "192.0.2.80"),
              answered(ADDRESS),
              SOON,
              good()),
          new Case(
              "an address outside",
              within("10.96.0.0/12"),
              answered(ADDRESS),
              SOON,
              bad(Reason.WRONG_ADDRESS)),
          new Case(
              "an address outside, too late",
              within("10.96.0.0/12"),
              answered(ADDRESS),
              TOO_LONG,
              bad(Reason.WRONG_ADDRESS)),
          new Case(
              "one address of two outside",
              within("192.0.2.0/24"),
              answered(ADDRESS, a("example.com.", "198.51.100.1")),
              SOON,
              bad(Reason.WRONG_ADDRESS)),
          new Case(
              "an address of the other family",
              within("2001:db8::/32"),
              answered(ADDRESS),
              SOON,
              bad(Reason.WRONG_ADDRESS)),
          new Case("a name that must not exist does not", NOBODY, rcode(NXDOMAIN), SOON, good()),
          new Case("it does not, too late", NOBODY, rcode(NXDOMAIN), TOO_LONG, late()),
          new Case(
              "it has an address nevertheless",
              NOBODY,
              answered(ADDRESS),
              SOON,
              bad(Reason.WRONG_ADDRESS)),
          new Case("it exists without records", NOBODY, answered(), SOON, noData()),
          new Case("no record, but other servers", ANY, referral(), SOON, bad(Reason.REFERRAL)),
          new Case("other servers next to a record", ANY, referral(ADDRESS), SOON, good()),
          new Case(
              "other servers for the target of an alias",
              ANY,
              referral(cname("example.com.", "www.example.net.")),
              SOON,
              bad(Reason.REFERRAL)),
          new Case(
              "a name that must not exist has other servers",
              NOBODY,
              referral(),
              SOON,
              bad(Reason.REFERRAL)),
          new Case("a record of another class", ANY, answered(CHAOS), SOON, noData()),
          new Case("it has a record of another class", NOBODY, answered(CHAOS), SOON, noData()),
          new Case("it fails", NOBODY, rcode(SERVFAIL), SOON, bad(Reason.SERVFAIL)),
          new Case("it is refused", NOBODY, rcode(REFUSED), SOON, bad(Reason.REFUSED)),
          new Case("garbage", ANY, new Malformed("no header"), SOON, bad(Reason.MALFORMED)),
          new Case("garbage, too late", ANY, new Malformed("x"), TOO_LONG, bad(Reason.MALFORMED)),
          new Case(
              "silence",
              ANY,
              new Reply.TimedOut(Reply.Phase.RESPONSE),
              TOO_LONG,
              bad(Reason.TIMEOUT)),
          new Case(
              "silence to a SYN",
              ANY,
              new Reply.TimedOut(Reply.Phase.CONNECT),
              TOO_LONG,
              bad(Reason.TIMEOUT)),
          new Case(
              "port unreachable",
              ANY,
              new Reply.PortUnreachable(),
              SOON,
              bad(Reason.PORT_UNREACHABLE)),
          new Case(
              "refused connection",
              ANY,
              new Reply.ConnectionRefused(),
              SOON,
              bad(Reason.CONNECTION_REFUSED)),
          new Case("reset", ANY, new Reply.ConnectionReset(), SOON, bad(Reason.CONNECTION_RESET)),
          new Case(
              "end of stream", ANY, new Reply.StreamEnded(7), SOON, bad(Reason.CONNECTION_RESET)),
          new Case(
              "prohibited",
              ANY,
              new Reply.Prohibited(Errno.EHOSTUNREACH),
              SOON,
              bad(Reason.PROHIBITED)),
          new Case(
              "no route", ANY, new Reply.NoRoute(Errno.ENETUNREACH), SOON, bad(Reason.NO_ROUTE)),
          new Case(
              "an error without a name",
              ANY,
              new Reply.PathFailed("Required key not available"),
              SOON,
              bad(Reason.NO_ROUTE)),
          new Case(
              "denied here",
              ANY,
              new Reply.LocalDenied(Errno.EPERM),
              SOON,
              bad(Reason.LOCAL_DENIED)));

  @TestFactory
  Stream<DynamicTest> everyReplyHasItsVerdict() {
    return CASES.stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.what(),
                    () ->
                        assertEquals(
                            sample.is(), judge(sample.expected(), sample.reply(), sample.took()))));
  }

  @Test
  void everyReasonIsAmongTheCases() {
    Set<Reason> judged =
        CASES.stream()
            .map(Case::is)
            .flatMap(
                verdict ->
                    verdict instanceof Failed(Reason reason) ? Stream.of(reason) : Stream.of())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)));

    assertEquals(EnumSet.allOf(Reason.class), judged, "reasons that the cases above lead to");
  }

  @ParameterizedTest
  @EnumSource
  void ourOwnFailureIsUntestedForEveryExpectation(Cause cause) {
    for (Expectation expected : List.of(ANY, NOBODY)) {
      assertEquals(
          new Untested(cause),
          Judge.judge(question(expected), new NotSent(cause, "so"), Optional.empty(), LATE));
    }
  }

  @Test
  void answerThatCouldNotBeTimedIsNeverLate() {
    assertEquals(good(), Judge.judge(question(ANY), answered(ADDRESS), Optional.empty(), LATE));
  }

  @Test
  void aliasesAreFollowedInAnyOrder() {
    List<Answer> chain =
        List.of(
            cname("example.com.", "www.example.net."),
            cname("www.example.net.", "edge.example.org."),
            a("edge.example.org.", "192.0.2.80"));

    for (int[] order :
        new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}) {
      Answer[] answers = IntStream.of(order).mapToObj(chain::get).toArray(Answer[]::new);
      assertEquals(good(), judge(ANY, answered(answers), SOON), () -> Arrays.toString(answers));
    }
  }

  @Test
  void aliasWithoutTheRecordItLeadsToIsNoData() {
    assertEquals(noData(), judge(ANY, answered(cname("example.com.", "www.example.net.")), SOON));
  }

  @Test
  void aLoopOfAliasesIsFollowedOnce() {
    assertEquals(
        noData(),
        judge(
            ANY,
            answered(
                cname("example.com.", "www.example.net."),
                cname("www.example.net.", "example.com.")),
            SOON));
  }

  /**
   * A chain as long as 64 KiB allow, the last link first: each pass over all of them would find one
   * more.
   */
  @Test
  void longestChainIsFollowedQuickly() {
    int links = 5_000;
    List<Answer> answers = new ArrayList<>(List.of(a("n" + links + ".", "192.0.2.80")));
    for (int i = links - 1; i > 0; i--) {
      answers.add(cname("n" + i + ".", "n" + (i + 1) + "."));
    }
    answers.add(cname("example.com.", "n1."));
    Reply chain = answered(answers.toArray(Answer[]::new));

    assertEquals(
        good(), assertTimeout(Duration.ofSeconds(2), () -> judge(ANY, chain, SOON)), "the end");
  }

  @Test
  void recordOfANameThatNoAliasLeadsToIsNotAnAnswer() {
    assertEquals(noData(), judge(ANY, answered(a("other.example.", "192.0.2.80")), SOON));
  }

  @Test
  void recordOfAnotherTypeIsNotAnAnswer() {
    assertEquals(noData(), judge(ANY, answered(new Answer("example.com.", "TXT", "\"no\"")), SOON));
  }

  @Test
  void addressThatNoAliasLeadsToIsNotComparedWithTheBlocks() {
    assertEquals(
        good(),
        judge(
            within("192.0.2.0/24"), answered(ADDRESS, a("other.example.", "198.51.100.1")), SOON));
  }

  @Test
  void namesAreComparedWithoutRegardToCase() {
    assertEquals(
        good(),
        judge(
            ANY,
            answered(
                cname("EXAMPLE.com.", "Edge.Example.Org."), a("edge.example.org.", "192.0.2.80")),
            SOON));
  }

  @Test
  void aliasItselfCanBeQueried() {
    Question question =
        new Question("example.com.", RecordType.CNAME, Transport.UDP, Scope.EXTERNAL, ANY);

    assertEquals(
        good(),
        Judge.judge(
            question,
            answered(cname("example.com.", "www.example.net.")),
            Optional.of(SOON),
            LATE));
  }

  @Test
  void ipv6AddressesAreComparedWithTheirBlocks() {
    Question question =
        new Question(
            "example.com.",
            RecordType.AAAA,
            Transport.UDP,
            Scope.EXTERNAL,
            within("2001:db8::/32"));
    Reply inside = answered(new Answer("example.com.", "AAAA", "2001:db8:0:0:0:0:0:80"));
    Reply outside = answered(new Answer("example.com.", "AAAA", "2001:db9:0:0:0:0:0:80"));

    assertEquals(good(), Judge.judge(question, inside, Optional.of(SOON), LATE));
    assertEquals(
        bad(Reason.WRONG_ADDRESS), Judge.judge(question, outside, Optional.of(SOON), LATE));
  }

  @Test
  void wordsOfTheVerdictsAreThoseOfTheDesign() {
    assertEquals(
        List.of("good", "late", "wrong", "unanswered", "untested"),
        Stream.of(
                good(),
                late(),
                bad(Reason.SERVFAIL),
                bad(Reason.TIMEOUT),
                new Untested(Cause.STARVED))
            .map(Verdict::label)
            .toList());
  }

  @Test
  void wordsOfTheReasonsAreThoseOfTheDesign() {
    assertEquals(
        "timeout port_unreachable connection_refused connection_reset prohibited no_route"
            + " local_denied servfail nxdomain nodata referral refused other_rcode truncated"
            + " wrong_address malformed late",
        Arrays.stream(Reason.values()).map(Reason::label).collect(Collectors.joining(" ")));
  }

  private static Verdict judge(Expectation expected, Reply reply, Duration took) {
    return Judge.judge(question(expected), reply, Optional.of(took), LATE);
  }

  private static Question question(Expectation expected) {
    return new Question("example.com.", RecordType.A, Transport.UDP, Scope.EXTERNAL, expected);
  }

  private static Reply answered(Answer... answers) {
    return new Answered(NOERROR, false, List.of(answers), 100);
  }

  private static Reply referral(Answer... answers) {
    return new Answered(NOERROR, false, true, true, List.of(answers), answers.length, 100);
  }

  private static Reply truncated(Answer... answers) {
    return new Answered(NOERROR, true, List.of(answers), 100);
  }

  private static Reply rcode(int rcode) {
    return new Answered(rcode, false, List.of(), 40);
  }

  private static Expectation within(String... blocks) {
    return new Records(Stream.of(blocks).map(Cidr::parse).toList(), false);
  }

  private static Expectation cutShort() {
    return new Records(List.of(), true);
  }

  private static Answer a(String name, String address) {
    return new Answer(name, "A", address);
  }

  private static Answer cname(String name, String target) {
    return new Answer(name, "CNAME", target);
  }

  private static Verdict good() {
    return new Good();
  }

  private static Verdict bad(Reason reason) {
    return new Failed(reason);
  }

  private static Verdict late() {
    return bad(Reason.LATE);
  }

  private static Verdict noData() {
    return bad(Reason.NODATA);
  }
}
