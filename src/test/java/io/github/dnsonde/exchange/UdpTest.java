package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.BRIEF;
import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.both;
import static io.github.dnsonde.testkit.Misbehaviour.garbage;
import static io.github.dnsonde.testkit.Misbehaviour.largest;
import static io.github.dnsonde.testkit.Misbehaviour.octets;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Misbehaviour.wrongSource;
import static io.github.dnsonde.testkit.Probes.probe;
import static io.github.dnsonde.testkit.Probes.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Reply.Phase;
import io.github.dnsonde.probe.Reply.PortUnreachable;
import io.github.dnsonde.probe.Reply.TimedOut;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Behaviour that only UDP has, over IPv4 and IPv6. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.dnsonde.testkit.Way#udp")
class UdpTest {

  private final Way way;
  private final Asker asker = new Asker();

  UdpTest(Way way) {
    this.way = way.orSkip();
  }

  @AfterEach
  void close() {
    asker.close();
  }

  @Test
  void closedPortIsUnreachableAtOnce() throws IOException {
    InetSocketAddress closed = ClosedPort.at(way.loopback());

    Outcome outcome = asker.ask(probe(closed, Transport.UDP), PATIENT);

    assertEquals(new PortUnreachable(), outcome.reply());
    assertEquals(new Failed(Reason.PORT_UNREACHABLE), outcome.verdict());
  }

  @Test
  void answerFromAnotherPortNeverArrives() throws IOException {
    Outcome outcome = outcomeOf(wrongSource());

    assertEquals(new TimedOut(Phase.RESPONSE), outcome.reply());
    assertEquals(0, outcome.ignored().total(), "messages ignored: the kernel keeps them away");
  }

  @Test
  void emptyDatagramDoesNotEndTheWait() throws IOException {
    assertEquals(
        new Good(), outcomeOf(both(octets(_ -> new byte[0]), rightAnswer())).verdict(), "verdict");
  }

  @Test
  void largestDatagramIsReceivedAndIgnored() throws IOException {
    int most = 65_507 - (way.loopback().equals(Way.IPV6) ? 20 : 0); // RFC 768, RFC 8200
    Outcome outcome = outcomeOf(both(garbage(most), rightAnswer()));

    assertEquals(new Good(), outcome.verdict(), () -> "reply " + outcome.reply());
    assertEquals(1, outcome.ignored().total(), "messages ignored");
  }

  @Test
  void anAnswerThatDoesNotFitIsTruncatedAndIsRightIfThatIsExpected() throws IOException {
    try (FakeDnsServer server = way.start(rightAnswer())) {
      Question many =
          question("many.example.com.", RecordType.A, Transport.UDP, new Records(List.of(), true));

      Outcome outcome = asker.ask(probe(server.address(), many), PATIENT);

      Answered answered = assertInstanceOf(Answered.class, outcome.reply());
      assertTrue(answered.truncated(), "truncated");
      assertTrue(answered.size() <= 1232, () -> answered.size() + " octets, more than we offered");
      assertEquals(new Good(), outcome.verdict());
    }
  }

  @Test
  void serverThatCannotSendItsAnswerIsATimeout() throws IOException {
    assertEquals(new TimedOut(Phase.RESPONSE), outcomeOf(largest()).reply());
  }

  private Outcome outcomeOf(Responder responder) throws IOException {
    try (FakeDnsServer server = way.start(responder)) {
      return asker.ask(probe(server.address(), Transport.UDP), BRIEF.multipliedBy(2));
    }
  }
}
