package io.github.dnsonde.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.Way;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The parts of a reply that an outcome keeps. */
class OutcomeTest {

  private static final String LONG = "x".repeat(1_000);
  private static final Answer RIGHT = new Answer("example.com.", "A", "192.0.2.80");
  private static final Answer WRONG = new Answer("example.com.", "A", "198.51.100.1");

  @Test
  void sixteenRecordsAreKeptAndAllAreCounted() {
    Answered kept = answered(outcome(answer(Collections.nCopies(4_900, RIGHT))));

    assertEquals(Collections.nCopies(16, RIGHT), kept.answers());
    assertEquals(4_900, kept.count(), "records");
  }

  @Test
  void verdictIsOnAllRecordsNotOnThoseThatAreKept() {
    List<Answer> answers =
        Stream.concat(Collections.nCopies(100, RIGHT).stream(), Stream.of(WRONG)).toList();

    assertEquals(
        new Verdict.Failed(Reason.WRONG_ADDRESS), outcome(answer(answers)).verdict(), "verdict");
  }

  @Test
  void verdictIsOnWholeNamesNotOnTheirKeptParts() {
    String target = "a".repeat(60) + "." + "b".repeat(60) + "." + "c".repeat(60) + ".";
    String alias = target + target;
    Outcome outcome =
        outcome(
            answer(
                List.of(
                    new Answer("example.com.", "CNAME", alias),
                    new Answer(alias, "A", "192.0.2.80"))));

    assertEquals(new Verdict.Good(), outcome.verdict());
  }

  @Test
  void everyForeignTextIsCut() {
    Answer record = new Answer(LONG, "CH", "TXT", LONG);
    Answer kept = answered(outcome(answer(List.of(record)))).answers().getFirst();

    assertEquals(256, kept.toString().length(), "characters of a record");
    assertTrue(kept.toString().endsWith("xxx..."), kept::toString);
    assertTrue(kept.name().length() <= 64, "characters of its name");
    for (Reply reply :
        List.of(
            new Reply.Malformed(LONG),
            new Reply.PathFailed(LONG),
            new Reply.NotSent(Cause.NO_SOCKET, LONG))) {
      assertEquals(256, outcome(reply).detail().orElseThrow().length(), reply::toString);
    }
  }

  @Test
  void textThatFitsIsLeftAlone() {
    Answer fits = new Answer("example.com.", "TXT", "x".repeat(256 - "TXT ".length()));

    assertEquals(List.of(fits), answered(outcome(answer(List.of(fits)))).answers());
  }

  private static Answered answered(Outcome outcome) {
    return assertInstanceOf(Answered.class, outcome.reply());
  }

  private static Reply answer(List<Answer> answers) {
    return new Answered(0, false, answers, 65_535);
  }

  private static Outcome outcome(Reply reply) {
    Records within = new Records(List.of(Cidr.parse("192.0.2.0/24")), false);
    return Outcome.judged(
        Probes.probe(
            new InetSocketAddress(Way.IPV4, 53),
            new Question("example.com.", RecordType.A, Transport.TCP, Scope.EXTERNAL, within)),
        Instant.parse("2026-11-22T12:00:00Z"),
        Optional.empty(),
        Optional.empty(),
        Ignored.NONE,
        reply,
        Duration.ofSeconds(5));
  }
}
