package io.github.dnsonde.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Errno;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Server;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.testkit.StreakFold;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureLogTest {

  private final StreakFold fold = new StreakFold();

  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
  private static final Vantage VANTAGE =
      new Vantage("shop", "checkout", "checkout-5d9f", "worker-3", Vantage.ANY);
  private static final Server SERVER =
      new Server("kube-dns", InetAddress.ofLiteral("10.96.0.10"), 53);
  private static final InetSocketAddress LOCAL =
      new InetSocketAddress(InetAddress.ofLiteral("10.244.3.57"), 57589);
  private static final InetSocketAddress UNCONNECTED = new InetSocketAddress(41234);
  private static final Probe UDP = probe(Transport.UDP, Expectation.ANY_RECORD);
  private static final Probe TCP = probe(Transport.TCP, Expectation.ANY_RECORD);
  private static final Reply GOOD =
      new Answered(0, false, List.of(new Answer("example.com.", "A", "192.0.2.80")), 56);
  private static final Reply TIMEOUT = new Reply.TimedOut(Reply.Phase.RESPONSE);

  private final HandTicker ticker = new HandTicker();
  private final FailureLog log = new FailureLog(ticker);

  /** A clock that is advanced by hand. */
  private static final class HandTicker implements Ticker {
    private long nanos = Long.MAX_VALUE - 5; // may overflow during a test, as nanoTime(2) may

    void pass(Duration duration) {
      nanos += duration.toNanos();
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public Instant now() {
      throw new AssertionError("the time of day is in the outcome");
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        // probe, local address, reply, words, reason, what else is said
        wire(UDP, LOCAL, TIMEOUT, "read udp L->S: i/o timeout", "timeout", ""),
        wire(TCP, LOCAL, TIMEOUT, "read tcp L->S: i/o timeout", "timeout", ""),
        wire(
            TCP,
            LOCAL,
            new Reply.TimedOut(Reply.Phase.CONNECT),
            "dial tcp S: i/o timeout",
            "timeout",
            ""),
        wire(
            UDP,
            LOCAL,
            new Reply.PortUnreachable(),
            "read udp L->S: read: connection refused",
            "port_unreachable",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.ConnectionRefused(),
            "dial tcp S: connect: connection refused",
            "connection_refused",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.ConnectionReset(),
            "read tcp L->S: read: connection reset by peer",
            "connection_reset",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.StreamEnded(0),
            "EOF",
            "connection_reset",
            "end of stream after 0 octets"),
        wire(
            TCP,
            LOCAL,
            new Reply.StreamEnded(10),
            "unexpected EOF",
            "connection_reset",
            "end of stream after 10 octets"),
        wire(
            UDP,
            LOCAL,
            new Reply.Prohibited(Errno.EHOSTUNREACH),
            "read udp L->S: read: no route to host",
            "prohibited",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.Prohibited(Errno.EHOSTUNREACH),
            "dial tcp S: connect: no route to host",
            "prohibited",
            ""),
        wire(
            UDP,
            UNCONNECTED,
            new Reply.Prohibited(Errno.EACCES),
            "dial udp S: connect: permission denied",
            "prohibited",
            ""),
        wire(
            TCP,
            UNCONNECTED,
            new Reply.Prohibited(Errno.EACCES),
            "dial tcp S: connect: permission denied",
            "prohibited",
            ""),
        wire(
            UDP,
            LOCAL,
            new Reply.NoRoute(Errno.ENETUNREACH),
            "read udp L->S: read: network is unreachable",
            "no_route",
            ""),
        wire(
            UDP,
            UNCONNECTED,
            new Reply.NoRoute(Errno.ENETUNREACH),
            "dial udp S: connect: network is unreachable",
            "no_route",
            ""),
        wire(
            TCP,
            UNCONNECTED,
            new Reply.NoRoute(Errno.EINVAL),
            "dial tcp S: connect: invalid argument",
            "no_route",
            ""),
        wire(
            UDP,
            LOCAL,
            new Reply.Prohibited(Errno.ENOPROTOOPT),
            "read udp L->S: read: protocol not available",
            "prohibited",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.NoRoute(Errno.EHOSTDOWN),
            "dial tcp S: connect: host is down",
            "no_route",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.PathFailed("Required key not available"),
            "dial tcp S: connect: required key not available",
            "no_route",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.TimedOut(Reply.Phase.RESPONSE, 20),
            "read tcp L->S: i/o timeout",
            "timeout",
            "waiting for the rest of a message, after 20 octets of it"),
        wire(
            UDP,
            LOCAL,
            new Reply.LocalDenied(Errno.EPERM),
            "write udp L->S: write: operation not permitted",
            "local_denied",
            ""),
        wire(
            UDP,
            UNCONNECTED,
            new Reply.LocalDenied(Errno.EPERM),
            "dial udp S: connect: operation not permitted",
            "local_denied",
            ""),
        wire(
            TCP,
            LOCAL,
            new Reply.LocalDenied(Errno.EPERM),
            "dial tcp S: connect: operation not permitted",
            "local_denied",
            ""),
        wire(UDP, LOCAL, answer(2), "server misbehaving", "servfail", ""),
        wire(UDP, LOCAL, answer(3), "no such host", "nxdomain", ""),
        wire(UDP, LOCAL, answer(0), "no such host", "nodata", ""),
        wire(
            UDP,
            LOCAL,
            new Answered(0, false, true, true, List.of(), 0, 80),
            "lame referral",
            "referral",
            "the server names other servers and does not query them itself"),
        wire(
            UDP,
            LOCAL,
            new Answered(1, false, false, false, List.of(), 0, 12),
            "server misbehaving",
            "other_rcode",
            "FORMERR; the server may not know EDNS, which the query used"),
        wire(UDP, LOCAL, answer(5), "server misbehaving", "refused", ""),
        wire(UDP, LOCAL, answer(9), "server misbehaving", "other_rcode", "NOTAUTH"),
        wire(UDP, LOCAL, new Answered(0, true, List.of(), 40), "truncated answer", "truncated", ""),
        wire(
            probe(Transport.UDP, new Expectation.Records(List.of(Cidr.parse("10.0.0.0/8")), false)),
            LOCAL,
            GOOD,
            "wrong address",
            "wrong_address",
            "A 192.0.2.80"),
        wire(
            probe(Transport.UDP, new Expectation.NoSuchName()),
            LOCAL,
            GOOD,
            "wrong address",
            "wrong_address",
            "A 192.0.2.80"),
        wire(
            UDP,
            LOCAL,
            new Reply.Malformed("4 octets, a header has 12"),
            "cannot unmarshal DNS message",
            "malformed",
            "4 octets, a header has 12"));
  }

  private static Arguments wire(
      Probe probe,
      InetSocketAddress local,
      Reply reply,
      String words,
      String reason,
      String detail) {
    return Arguments.of(
        probe,
        local,
        reply,
        words.replace("L->", "10.244.3.57:57589->").replace("S:", "10.96.0.10:53:"),
        reason,
        detail);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void eachFailureInLogfmt(
      Probe probe,
      InetSocketAddress local,
      Reply reply,
      String words,
      String reason,
      String detail) {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      Outcome outcome = outcome(probe, local, reply);
      fold.to(log::accept, outcome);
      assertEquals(
          List.of(
              "time=TIME level=warn logger=lookup msg=\"lookup example.com. on 10.96.0.10:53: "
                  + words
                  + "\" source_namespace=shop workload=checkout pod=checkout-5d9f node=worker-3"
                  + " server=kube-dns transport="
                  + probe.question().transport().label()
                  + " type=A scope=external reason="
                  + reason
                  + " verdict="
                  + outcome.verdict().label()
                  + " duration=12.5ms"
                  + (detail.isEmpty()
                      ? ""
                      : " detail=" + (detail.contains(" ") ? "\"" + detail + "\"" : detail))),
          lines.fresh());
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void eachFailureInJson(
      Probe probe,
      InetSocketAddress local,
      Reply reply,
      String words,
      String reason,
      String detail) {
    try (Lines lines = Lines.in(Logging.Format.JSON)) {
      Outcome outcome = outcome(probe, local, reply);
      fold.to(log::accept, outcome);
      assertEquals(
          List.of(
              "{\"time\":\"TIME\",\"level\":\"warn\",\"logger\":\"lookup\",\"msg\":\"lookup"
                  + " example.com. on 10.96.0.10:53: "
                  + words
                  + "\",\"source_namespace\":\"shop\",\"workload\":\"checkout\","
                  + "\"pod\":\"checkout-5d9f\",\"node\":\"worker-3\",\"server\":\"kube-dns\","
                  + "\"transport\":\""
                  + probe.question().transport().label()
                  + "\",\"type\":\"A\",\"scope\":\"external\",\"reason\":\""
                  + reason
                  + "\",\"verdict\":\""
                  + outcome.verdict().label()
                  + "\",\"duration\":\"12.5ms\""
                  + (detail.isEmpty() ? "" : ",\"detail\":\"" + detail + "\"")
                  + "}"),
          lines.fresh());
    }
  }

  @Test
  void ignoredMessagesAreReported() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(
          log::accept,
          Outcome.judged(
              UDP,
              START,
              Optional.empty(),
              Optional.of(LOCAL),
              Ignored.one(Ignored.Why.NO_QUESTION),
              TIMEOUT,
              Duration.ofSeconds(5)));
      assertTrue(
          lines.fresh().getFirst().endsWith(" detail=\"ignored 1 message: no question\""),
          "something was received, so the query was not dropped");
    }
  }

  @Test
  void everyReasonHasASample() {
    Set<Reason> missing = EnumSet.allOf(Reason.class);
    failures()
        .forEach(failure -> missing.removeIf(reason -> reason.label().equals(failure.get()[4])));
    assertEquals(EnumSet.of(Reason.LATE), missing, "late has a test of its own");
  }

  @Test
  void lateIsAFailure() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, late());
      assertEquals(
          List.of(
              "time=TIME level=warn logger=lookup msg=\"lookup example.com. on 10.96.0.10:53: late"
                  + " answer\" source_namespace=shop workload=checkout pod=checkout-5d9f"
                  + " node=worker-3 server=kube-dns transport=udp type=A scope=external"
                  + " reason=late verdict=late duration=6.2s"),
          lines.fresh());
    }
  }

  @Test
  void unknownFieldsAreLeftOut() {
    Vantage bare = new Vantage("default", "self", "", "", Vantage.ANY);
    Probe probe = new Probe(bare, SERVER, UDP.question(), true);
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(
          log::accept,
          Outcome.judged(
              probe,
              START,
              Optional.empty(),
              Optional.empty(),
              Ignored.NONE,
              TIMEOUT,
              Duration.ofSeconds(5)));
      assertEquals(
          List.of(
              "time=TIME level=warn logger=lookup msg=\"lookup example.com. on 10.96.0.10:53: read"
                  + " udp 10.96.0.10:53: i/o timeout\" source_namespace=default workload=self"
                  + " server=kube-dns transport=udp type=A scope=external reason=timeout"
                  + " verdict=unanswered"),
          lines.fresh());
    }
  }

  @Test
  void ipv6IsInBracketsAndShort() {
    Server six = new Server("six", InetAddress.ofLiteral("fd00:0:0:0:0:0:0:a"), 53);
    Probe probe = new Probe(VANTAGE, six, UDP.question(), true);
    InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("fd00::57"), 57589);
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, outcome(probe, local, TIMEOUT));
      assertMessages(
          lines,
          "lookup example.com. on [fd00::a]:53: read udp [fd00::57]:57589->[fd00::a]:53: i/o"
              + " timeout");
    }
  }

  @Test
  void successIsNotLogged() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      assertEquals(List.of(), lines.fresh());
    }
  }

  @Test
  void successIsLoggedAtLevelDebug() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT, System.Logger.Level.DEBUG)) {
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      assertMessages(lines, "lookup example.com. on 10.96.0.10:53: answered");
    }
  }

  @Test
  void aBurstIsLoggedAtOnceThenOnceAMinuteWithACount() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 1);
      assertSays(lines, "");
      failEveryTenSeconds(UDP, 5);
      assertEquals(List.of(), lines.fresh());
      failEveryTenSeconds(UDP, 1);
      assertSays(lines, " count=6 since=TIME");
      failEveryTenSeconds(UDP, 5);
      assertEquals(List.of(), lines.fresh());
      failEveryTenSeconds(UDP, 1);
      assertSays(lines, " count=6 since=TIME");
    }
  }

  @Test
  void sinceIsTheFirstFailureOfTheBurst() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 7);
      String line = lines.written().getLast();
      assertTrue(line.endsWith(" count=6 since=2026-11-23T10:00:00.000Z"), line);
    }
  }

  @Test
  void aLineCountsTheFailuresOfEveryReason() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 3);
      lines.fresh();
      fold.to(log::accept, outcome(UDP, LOCAL, answer(2)));
      assertEquals(List.of(), lines.fresh());
      ticker.pass(Duration.ofSeconds(30));
      failEveryTenSeconds(UDP, 1);
      assertSays(lines, " reasons=\"timeout servfail\" count=4 since=TIME");
    }
  }

  @Test
  void alternatingReasonsShareTheMinute() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int i = 0; i < 60; i++) {
        fold.to(log::accept, outcome(UDP, LOCAL, i % 2 == 0 ? TIMEOUT : answer(2)));
        ticker.pass(Duration.ofSeconds(10));
      }
      assertEquals(10, lines.fresh().size(), "ten minutes, two reasons");
    }
  }

  @Test
  void recoveryIsLoggedOnceAfterTwoGoodAnswers() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 12);
      assertEquals(2, lines.fresh().size(), "of two minutes");
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      assertEquals(List.of(), lines.fresh());
      ticker.pass(Duration.ofSeconds(10));
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      assertEquals(
          List.of(
              "time=TIME level=info logger=lookup msg=\"lookup example.com. on 10.96.0.10:53:"
                  + " answered again\" source_namespace=shop workload=checkout pod=checkout-5d9f"
                  + " node=worker-3 server=kube-dns transport=udp type=A scope=external"
                  + " verdict=good duration=12.5ms failures=12 failing_for=2m0s count=5"
                  + " since=TIME"),
          lines.fresh());
    }
  }

  @Test
  void overtakenFailuresAreCountedTogetherAndBeginNoBurst() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 7);
      ticker.pass(Duration.ofMinutes(1));
      lines.fresh();
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      log.overtaken(outcome(UDP, LOCAL, TIMEOUT));
      String first = lines.fresh().getFirst();
      assertTrue(
          first.contains(
              "level=info logger=lookup msg=\"failed lookups not counted by another line\""),
          first);
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      assertMessages(lines, "lookup example.com. on 10.96.0.10:53: answered again");
      log.overtaken(outcome(TCP, LOCAL, TIMEOUT));
      log.overtaken(outcome(UDP, LOCAL, TIMEOUT));
      assertEquals(List.of(), lines.fresh());
      ticker.pass(Duration.ofMinutes(1));
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      assertEquals(
          List.of(
              "time=TIME level=info logger=lookup msg=\"failed lookups not counted by another"
                  + " line\" count=2 why=\"later queries of the same probes ended before them\""),
          lines.fresh());
    }
  }

  @Test
  void recoveryWaitsForItsMinute() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 1);
      lines.fresh();
      for (int i = 0; i < 5; i++) {
        fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
        assertEquals(List.of(), lines.fresh());
        ticker.pass(Duration.ofSeconds(10));
      }
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      String line = lines.fresh().getFirst();
      assertTrue(line.endsWith(" failures=1 failing_for=10s"), line);
    }
  }

  @Test
  void anotherBurstStartsAgain() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 7);
      recover(UDP);
      assertEquals(2, lines.fresh().size(), "the first and the seventh failure");
      ticker.pass(Duration.ofMinutes(1));
      recover(UDP);
      assertMessages(lines, "lookup example.com. on 10.96.0.10:53: answered again");
      ticker.pass(Duration.ofMinutes(1));
      failEveryTenSeconds(UDP, 1);
      assertSays(lines, "");
    }
  }

  @Test
  void probesAreDistinguished() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, outcome(UDP, LOCAL, TIMEOUT));
      fold.to(log::accept, outcome(TCP, LOCAL, TIMEOUT));
      ticker.pass(Duration.ofMinutes(1));
      recover(UDP);
      assertMessages(
          lines,
          "lookup example.com. on 10.96.0.10:53: read udp 10.244.3.57:57589->10.96.0.10:53: i/o"
              + " timeout",
          "lookup example.com. on 10.96.0.10:53: read tcp 10.244.3.57:57589->10.96.0.10:53: i/o"
              + " timeout",
          "lookup example.com. on 10.96.0.10:53: answered again");
    }
  }

  @Test
  void untestedIsNeitherFailureNorRecovery() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 7);
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      fold.to(log::accept, untested(Cause.STARVED));
      lines.fresh();
      ticker.pass(Duration.ofMinutes(1));
      fold.to(log::accept, outcome(UDP, LOCAL, GOOD));
      String line = lines.fresh().getFirst();
      assertTrue(line.endsWith(" failures=7 failing_for=1m10s"), line);
    }
  }

  @Test
  void untestedIsLoggedOnceAMinuteForEachCause() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, untested(Cause.NO_SOCKET));
      assertEquals(
          List.of(
              "time=TIME level=warn logger=lookup msg=\"lookup example.com. on 10.96.0.10:53:"
                  + " untested\" source_namespace=shop workload=checkout pod=checkout-5d9f"
                  + " node=worker-3 server=kube-dns transport=udp type=A scope=external"
                  + " cause=no_socket verdict=untested detail=\"Too many open files\" count=1"),
          lines.fresh());
      fold.to(log::accept, untested(Cause.NO_SOCKET));
      ticker.pass(Duration.ofMillis(59_999));
      fold.to(log::accept, untested(Cause.NO_SOCKET));
      assertEquals(List.of(), lines.fresh());
      fold.to(log::accept, untested(Cause.CAPPED));
      assertTrue(lines.fresh().getFirst().contains(" cause=capped "), "another cause waited");
      ticker.pass(Duration.ofMillis(1));
      fold.to(log::accept, untested(Cause.NO_SOCKET));
      assertTrue(lines.fresh().getFirst().endsWith(" count=3"), "three were not reported");
    }
  }

  @Test
  void theAgentsOwnEndIsNotLogged() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, untested(Cause.SHUTDOWN));
      assertEquals(List.of(), lines.fresh());
    }
  }

  @Test
  void aProbeThatIsNoLongerPlannedIsForgotten() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      fold.to(log::accept, outcome(UDP, LOCAL, TIMEOUT));
      fold.to(log::accept, outcome(TCP, LOCAL, TIMEOUT));
      lines.fresh();
      log.retain(List.of(TCP));
      ticker.pass(Duration.ofMinutes(1));
      recover(UDP);
      assertEquals(List.of(), lines.fresh());
      recover(TCP);
      assertMessages(lines, "lookup example.com. on 10.96.0.10:53: answered again");
    }
  }

  @Test
  void anOutageGoesOnWithTheStreakOfAProbeThatReturns() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 4);
      log.retain(List.of());
      ticker.pass(Duration.ofMinutes(1));
      lines.fresh();
      fold.to(log::accept, outcome(UDP, LOCAL, TIMEOUT));
      String line = lines.fresh().getFirst();
      assertTrue(line.contains(" count=1 since="), line);
      recover(UDP);
      ticker.pass(Duration.ofMinutes(1));
      recover(UDP);
      String recovery = lines.fresh().getFirst();
      assertTrue(recovery.contains("answered again"), recovery);
      assertTrue(recovery.contains(" failures=5 "), recovery);
    }
  }

  @Test
  void unreportedFailuresOfAForgottenProbeAreCounted() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 4);
      lines.fresh();
      log.retain(List.of(TCP));
      assertEquals(
          List.of(
              "time=TIME level=warn logger=lookup msg=\"failed lookups not counted by another"
                  + " line\" count=3 why=\"their probes no longer run\""),
          lines.fresh());
      log.retain(List.of());
      assertEquals(List.of(), lines.fresh());
    }
  }

  @Test
  void aProbeThatComesAndGoesWritesNoMoreLines() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      for (int i = 0; i < 60; i++) {
        fold.to(log::accept, outcome(UDP, LOCAL, TIMEOUT));
        log.retain(i % 2 == 0 ? List.of() : List.of(UDP));
        ticker.pass(Duration.ofSeconds(1));
      }
      long own = lines.fresh().stream().filter(line -> line.contains("i/o timeout")).count();
      assertEquals(1, own, "lines of the probe in one minute");
    }
  }

  @Test
  void theEndReportsFailuresThatNoLineHasCounted() {
    try (Lines lines = Lines.in(Logging.Format.LOGFMT)) {
      failEveryTenSeconds(UDP, 4);
      lines.fresh();
      log.close();
      log.close();
      assertEquals(
          List.of(
              "time=TIME level=warn logger=lookup msg=\"failed lookups not counted by another"
                  + " line\" count=3 why=\"the agent is stopping\""),
          lines.fresh());
    }
  }

  private void recover(Probe probe) {
    fold.to(log::accept, outcome(probe, LOCAL, GOOD));
    fold.to(log::accept, outcome(probe, LOCAL, GOOD));
  }

  private void failEveryTenSeconds(Probe probe, int times) {
    for (int i = 0; i < times; i++) {
      fold.to(log::accept, outcome(probe, LOCAL, TIMEOUT));
      ticker.pass(Duration.ofSeconds(10));
    }
  }

  /** Expects one fresh line, about a timeout, with this end after its duration. */
  private static void assertSays(Lines lines, String end) {
    List<String> fresh = lines.fresh();
    assertEquals(1, fresh.size(), fresh::toString);
    String line = fresh.getFirst();
    assertTrue(
        line.contains("level=warn") && line.endsWith(" duration=12.5ms" + end),
        () -> "expected a warning that ends with '" + end + "', found " + line);
  }

  private static void assertMessages(Lines lines, String... messages) {
    assertEquals(
        List.of(messages),
        lines.fresh().stream()
            .map(line -> line.replaceAll(".* msg=\"([^\"]*)\".*", "$1"))
            .toList());
  }

  private static Probe probe(Transport transport, Expectation expectation) {
    return new Probe(
        VANTAGE,
        SERVER,
        new Question("example.com.", RecordType.A, transport, Scope.EXTERNAL, expectation),
        true);
  }

  private static Reply answer(int rcode) {
    return new Answered(rcode, false, List.of(), 40);
  }

  private static Outcome outcome(Probe probe, InetSocketAddress local, Reply reply) {
    return Outcome.judged(
        probe,
        START,
        Optional.of(Duration.ofNanos(12_500_000)),
        Optional.of(local),
        Ignored.NONE,
        reply,
        Duration.ofSeconds(5));
  }

  private static Outcome late() {
    return Outcome.judged(
        UDP,
        START,
        Optional.of(Duration.ofMillis(6_200)),
        Optional.of(LOCAL),
        Ignored.NONE,
        GOOD,
        Duration.ofSeconds(5));
  }

  private static Outcome untested(Cause cause) {
    return Outcome.untested(UDP, START, cause, "Too many open files");
  }
}
