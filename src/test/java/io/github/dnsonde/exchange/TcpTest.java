package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.BRIEF;
import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.both;
import static io.github.dnsonde.testkit.Misbehaviour.drip;
import static io.github.dnsonde.testkit.Misbehaviour.emptyFrame;
import static io.github.dnsonde.testkit.Misbehaviour.inOneWrite;
import static io.github.dnsonde.testkit.Misbehaviour.largest;
import static io.github.dnsonde.testkit.Misbehaviour.lengthThatLies;
import static io.github.dnsonde.testkit.Misbehaviour.partOfFrame;
import static io.github.dnsonde.testkit.Misbehaviour.reset;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Misbehaviour.shortAnswer;
import static io.github.dnsonde.testkit.Misbehaviour.wrongId;
import static io.github.dnsonde.testkit.Probes.probe;
import static io.github.dnsonde.testkit.Probes.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.ConnectionRefused;
import io.github.dnsonde.probe.Reply.ConnectionReset;
import io.github.dnsonde.probe.Reply.Phase;
import io.github.dnsonde.probe.Reply.StreamEnded;
import io.github.dnsonde.probe.Reply.TimedOut;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Misbehaviour;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;

/** Behaviour that only TCP has, over IPv4 and IPv6. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dnsonde.testkit.Way#tcp")
class TcpTest {

  private final Way way;
  private final Asker asker = new Asker();

  TcpTest(Way way) {
    this.way = way.orSkip();
  }

  @AfterEach
  void close() {
    asker.close();
  }

  @Test
  void closedPortRefusesAtOnce() throws IOException {
    InetSocketAddress closed = ClosedPort.at(way.loopback());

    Outcome outcome = asker.ask(probe(closed, Transport.TCP), PATIENT);

    assertEquals(new ConnectionRefused(), outcome.reply());
    assertEquals(new Failed(Reason.CONNECTION_REFUSED), outcome.verdict());
  }

  @Test
  void serverTooBusyToAcceptTimesOutInConnect() throws IOException {
    try (ServerSocketChannel busy = ServerSocketChannel.open()) {
      busy.bind(new InetSocketAddress(way.loopback(), 0), 1);
      InetSocketAddress address = (InetSocketAddress) busy.getLocalAddress();
      List<SocketChannel> waiting = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) { // the queue holds one more than requested: listen(2)
          waiting.add(SocketChannel.open(address));
        }

        Outcome outcome = asker.ask(probe(address, Transport.TCP), BRIEF);

        assertEquals(new TimedOut(Phase.CONNECT), outcome.reply());
        assertEquals(new Failed(Reason.TIMEOUT), outcome.verdict());
      } finally {
        for (SocketChannel channel : waiting) {
          channel.close();
        }
      }
    }
  }

  @ParameterizedTest(name = "after {0} octets")
  @ValueSource(ints = {0, 1, 2, 20})
  void endOfStreamInsideAFrameIsAResetWithTheNumberOfOctets(int octets) throws IOException {
    Outcome outcome = outcomeOf(partOfFrame(octets));

    assertEquals(new StreamEnded(octets), outcome.reply());
    assertEquals(new Failed(Reason.CONNECTION_RESET), outcome.verdict());
  }

  @Test
  void endOfStreamAfterAnIgnoredMessageIsAReset() throws IOException {
    Outcome outcome = outcomeOf(both(wrongId(), partOfFrame(3)));

    int frame = 2 + 12 + (13 + 4) + 11; // length, header, question, EDNS
    assertEquals(new StreamEnded(frame + 3), outcome.reply());
    assertEquals(
        Optional.of(
            "end of stream after " + (frame + 3) + " octets; ignored 1 message: another id"),
        outcome.detail());
  }

  @Test
  void resetIsAReset() throws IOException {
    Outcome outcome = outcomeOf(reset());

    assertEquals(new ConnectionReset(), outcome.reply());
    assertEquals(new Failed(Reason.CONNECTION_RESET), outcome.verdict());
  }

  @Test
  void theWaitLastsUntilADrippedAnswerIsComplete() throws IOException {
    Duration pause = Duration.ofMillis(2);

    Outcome outcome = outcomeOf(drip(1, pause));

    Answered answered = assertInstanceOf(Answered.class, outcome.reply());
    assertEquals(Rcode.NXDOMAIN, answered.rcode());
    outcome
        .duration() // absent when this machine was too busy
        .ifPresent(
            took ->
                assertTrue(
                    took.compareTo(pause.multipliedBy(answered.size())) > 0,
                    () -> "the last octet counts, but it took only " + took));
  }

  @Test
  void timeoutIsForTheWholeAnswerNotForEachOctet() throws IOException {
    try (FakeDnsServer server = way.start(drip(1, BRIEF.dividedBy(2)))) {
      Outcome outcome = asker.ask(probe(server.address(), Transport.TCP), BRIEF);

      TimedOut timedOut = assertInstanceOf(TimedOut.class, outcome.reply());
      assertEquals(Phase.RESPONSE, timedOut.phase());
      assertTrue(timedOut.octets() > 0, () -> "reports the octets received: " + timedOut.detail());
    }
  }

  @Test
  void lengthLargerThanTheMessageIsATimeoutWithTheNumberOfOctets() throws IOException {
    try (FakeDnsServer server = way.start(lengthThatLies(1))) {
      Outcome outcome = asker.ask(probe(server.address(), Transport.TCP), BRIEF);

      int frame = 2 + 12 + (13 + 4) + 11; // length, header, question, EDNS
      assertEquals(
          Optional.of("waiting for the rest of a message, after " + frame + " octets of it"),
          outcome.detail());
      assertEquals(new Failed(Reason.TIMEOUT), outcome.verdict());
    }
  }

  @Test
  void largestAnswerIsReadWhole() throws IOException {
    Answered answered = assertInstanceOf(Answered.class, outcomeOf(largest()).reply());

    assertEquals(Misbehaviour.LARGEST, answered.size(), "octets");
    assertEquals(2, answered.count(), "records");
  }

  @Test
  void answerOfManyRecordsIsWhole() throws IOException {
    try (FakeDnsServer server = way.start(rightAnswer())) {
      Outcome outcome =
          asker.ask(probe(server.address(), question("many.example.com.", Transport.TCP)), PATIENT);

      Answered answered = assertInstanceOf(Answered.class, outcome.reply());
      assertFalse(answered.truncated(), "truncated");
      assertEquals(254, answered.count(), "records");
      assertEquals(new Good(), outcome.verdict());
    }
  }

  @Test
  void emptyFrameIsIgnored() throws IOException {
    Outcome outcome = outcomeOf(both(emptyFrame(), rightAnswer()));

    assertEquals(new Good(), outcome.verdict(), () -> "reply " + outcome.reply());
    assertEquals(1, outcome.ignored().total(), "messages ignored");
  }

  @Test
  void framesThatArriveTogetherAreReadOneByOne() throws IOException {
    Outcome outcome =
        outcomeOf(
            inOneWrite(
                _ -> new byte[0],
                _ -> new byte[20],
                shortAnswer(Rcode.NXDOMAIN),
                _ -> new byte[5]));

    assertEquals(Rcode.NXDOMAIN, assertInstanceOf(Answered.class, outcome.reply()).rcode());
    assertEquals(2, outcome.ignored().total(), "messages ignored");
  }

  private Outcome outcomeOf(Responder responder) throws IOException {
    try (FakeDnsServer server = way.start(responder)) {
      return asker.ask(probe(server.address(), Transport.TCP), PATIENT);
    }
  }
}
