package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Probes.probe;
import static io.github.dnsonde.testkit.Probes.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dnsonde.probe.Cidr;
import io.github.dnsonde.probe.Expectation;
import io.github.dnsonde.probe.Expectation.NoSuchName;
import io.github.dnsonde.probe.Expectation.Records;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.RecordType;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.RealServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same queries to independent servers: nsd and Knot DNS, if they are installed. */
class RealServerTest {

  @Nested
  class Nsd extends Suite {
    Nsd() {
      super(RealServer.Kind.NSD);
    }
  }

  @Nested
  class Knot extends Suite {
    Knot() {
      super(RealServer.Kind.KNOT);
    }
  }

  /** Behaviour of every authoritative server. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Suite {

    private final RealServer.Kind kind;
    private final Asker asker = new Asker();
    private RealServer server;

    Suite(RealServer.Kind kind) {
      this.kind = kind;
    }

    @BeforeAll
    void start() throws IOException {
      assumeTrue(
          kind.installed().isPresent(),
          () -> "the program " + kind.program() + " is not installed here");
      server = RealServer.start(kind);
    }

    @AfterAll
    void stop() throws IOException {
      asker.close();
      if (server != null) {
        server.close();
      }
    }

    @ParameterizedTest
    @EnumSource
    void knownNameIsGood(Transport transport) {
      Expectation within = new Records(List.of(Cidr.parse("192.0.2.0/24")), false);

      assertEquals(new Good(), ask("example.com.", RecordType.A, transport, within).verdict());
    }

    @ParameterizedTest
    @EnumSource
    void aliasIsFollowed(Transport transport) {
      Outcome outcome = ask("www.example.com.", RecordType.A, transport, Expectation.ANY_RECORD);

      assertEquals(new Good(), outcome.verdict());
      assertEquals(2, answered(outcome).count(), "the alias and its address");
    }

    @ParameterizedTest
    @EnumSource
    void unknownNameIsNxdomain(Transport transport) {
      String name = "missing.example.com.";

      assertEquals(
          new Failed(Reason.NXDOMAIN),
          ask(name, RecordType.A, transport, Expectation.ANY_RECORD).verdict());
      assertEquals(new Good(), ask(name, RecordType.A, transport, new NoSuchName()).verdict());
    }

    @ParameterizedTest
    @EnumSource
    void knownNameWithoutTheTypeIsNoData(Transport transport) {
      assertEquals(
          new Failed(Reason.NODATA),
          ask("example.com.", RecordType.AAAA, transport, Expectation.ANY_RECORD).verdict());
    }

    @ParameterizedTest
    @EnumSource
    void foreignZoneIsRefused(Transport transport) {
      assertEquals(
          new Failed(Reason.REFUSED),
          ask("example.org.", RecordType.A, transport, Expectation.ANY_RECORD).verdict());
    }

    @Test
    void bigAnswerIsTruncatedOverUdp() {
      Outcome outcome =
          ask("many.example.com.", RecordType.A, Transport.UDP, Expectation.ANY_RECORD);

      assertTrue(answered(outcome).truncated(), "truncated");
      assertTrue(answered(outcome).size() <= 1232, () -> answered(outcome).size() + " octets");
      assertEquals(new Failed(Reason.TRUNCATED), outcome.verdict());
    }

    @Test
    void bigAnswerIsWholeOverTcp() {
      Outcome outcome =
          ask("many.example.com.", RecordType.A, Transport.TCP, Expectation.ANY_RECORD);

      assertFalse(answered(outcome).truncated(), "truncated");
      assertEquals(RealServer.MANY, answered(outcome).count(), "records");
      assertEquals(new Good(), outcome.verdict());
    }

    private Outcome ask(String name, RecordType type, Transport transport, Expectation expected) {
      return asker.ask(probe(server.address(), question(name, type, transport, expected)), PATIENT);
    }

    private static Answered answered(Outcome outcome) {
      return assertInstanceOf(Answered.class, outcome.reply());
    }
  }
}
