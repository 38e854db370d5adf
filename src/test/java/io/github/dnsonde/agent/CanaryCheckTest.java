package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Probes;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class CanaryCheckTest {

  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wildcard = new AtomicBoolean(true);
  private final FakeTicker ticker = new FakeTicker();
  private Config.Canary canary = new Config.Canary(true, Optional.of("example.com."));

  @Test
  void anAddressOfARandomNameIsFoundUntilItIsGone() throws IOException {
    try (FakeDnsServer server = server()) {
      CanaryCheck check = check(server);
      check.round();
      assertEquals(
          List.of(new Verdict.Failed(Reason.WRONG_ADDRESS)),
          check.found().stream().map(Outcome::verdict).distinct().toList());
      assertEquals(2, check.found().size());
      assertEquals(2, asked.stream().distinct().count());
      assertTrue(
          asked.stream().allMatch(name -> name.matches("dnsonde-[0-9a-f]{8}[.].*")),
          asked::toString);
      wildcard.set(false);
      check.round();
      assertEquals(2, asked.size(), "at most one name below a domain in five minutes");
      assertEquals(2, check.found().size());
      ticker.advance(CanaryCheck.PAUSE);
      check.round();
      assertEquals(4, asked.stream().distinct().count(), "each time another name");
      assertEquals(List.of(), check.found());
    }
  }

  @Test
  void withoutDomainsNothingIsSent() throws IOException {
    try (FakeDnsServer server = server()) {
      canary = Config.Canary.NONE;
      CanaryCheck check = check(server);
      check.round();
      ticker.advance(CanaryCheck.PAUSE.plus(Duration.ofSeconds(1)));
      check.round();
      assertTrue(asked.isEmpty(), asked::toString);
    }
  }

  private CanaryCheck check(FakeDnsServer server) {
    Plan plan = new Plan(List.of(Probes.probe(server.address(), Transport.UDP)));
    return new CanaryCheck(
        () -> new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}),
        () -> plan,
        () -> canary,
        ticker);
  }

  private FakeDnsServer server() throws IOException {
    return FakeDnsServer.start(
        InetAddress.ofLiteral("127.0.0.1"),
        FakeDnsServer.ANY_PORT,
        (query, sink) -> sink.send(answer(new Message(query.octets()))));
  }

  private byte[] answer(Message query) throws IOException {
    Record question = query.getQuestion();
    asked.add(question.getName().toString());
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(question, Section.QUESTION);
    if (wildcard.get()) {
      answer.addRecord(
          new ARecord(question.getName(), DClass.IN, 1, InetAddress.ofLiteral("203.0.113.7")),
          Section.ANSWER);
    } else {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    return answer.toWire();
  }
}
