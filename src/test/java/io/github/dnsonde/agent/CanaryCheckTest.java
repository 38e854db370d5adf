package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.config.Config;
import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.ForwardingExchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Plan;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.Scope;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

class CanaryCheckTest {

  /** The ways in which a server answers for a name that does not exist. */
  private enum Way {
    ADDRESS,
    NODATA,
    NXDOMAIN,
    SERVFAIL
  }

  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger honestlyAsked = new AtomicInteger();
  private final AtomicReference<Way> way = new AtomicReference<>(Way.ADDRESS);
  private final FakeTicker ticker = new FakeTicker();
  private String domain = "cluster.local";
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
      way.set(Way.NXDOMAIN);
      check.round();
      assertEquals(2, asked.size(), "at most one name below a domain in five minutes");
      assertEquals(2, check.found().size());
      ticker.advance(CanaryCheck.PAUSE);
      check.round();
      assertEquals(4, asked.stream().distinct().count(), "each time another name");
      assertEquals(List.of(), check.found());
    }
  }

  /** Zones with compact denial of existence answer so, and wildcard records without an address. */
  @Test
  void anAnswerWithoutAnAddressEndsAFindingAndAFailureDoesNot() throws IOException {
    try (FakeDnsServer server = server()) {
      CanaryCheck check = check(server);
      check.round();
      assertEquals(2, check.found().size());
      way.set(Way.SERVFAIL);
      ticker.advance(CanaryCheck.PAUSE);
      check.round();
      assertEquals(2, check.found().size());
      way.set(Way.NODATA);
      ticker.advance(CanaryCheck.PAUSE);
      check.round();
      assertEquals(List.of(), check.found());
    }
  }

  /** Names below an assumed domain would be forwarded out of the cluster. */
  @Test
  void anUnknownDomainOfTheClusterIsNotAssumed() throws IOException {
    domain = "";
    try (FakeDnsServer server = server()) {
      check(server).round();
      assertEquals(1, asked.size(), asked::toString);
      assertTrue(asked.element().endsWith(".example.com."), asked::toString);
    }
  }

  @Test
  void anotherDomainOfTheClusterIsItsOwnToo() throws IOException {
    domain = "corp.example";
    canary = new Config.Canary(true, Optional.empty());
    try (FakeDnsServer server = server()) {
      CanaryCheck check = check(server);
      check.round();
      assertEquals("corp.example.", check.found().getFirst().probe().question().name());
      assertEquals(Scope.INTERNAL, check.found().getFirst().probe().question().scope());
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

  /** Each finding belongs to its server, and the honest answer of another removes none. */
  @Test
  void eachServerThatAVantageUsesIsChecked() throws IOException {
    try (FakeDnsServer lying = server();
        FakeDnsServer honest = honest()) {
      canary = new Config.Canary(true, Optional.empty());
      CanaryCheck check = check(honest, lying);
      for (int i = 0; i < 3; i++) {
        check.round();
        ticker.advance(CanaryCheck.PAUSE);
      }
      assertEquals(
          List.of(lying.address().getPort()),
          check.found().stream().map(outcome -> outcome.probe().server().port()).toList());
      assertTrue(asked.size() > 0 && honestlyAsked.get() > 0, "both are queried");
    }
  }

  /** With a small share of the budget, the second query of a round waits too long. */
  @Test
  void aBudgetForOneQueryInARoundReachesEachDomainFromEachPlace() throws IOException {
    try (FakeDnsServer one = server();
        FakeDnsServer other = server()) {
      CanaryCheck check = check(OneQuery::new, one, other);
      for (int i = 0; i < 4; i++) {
        check.round();
        ticker.advance(CanaryCheck.PAUSE);
      }
      assertEquals(4, asked.size(), asked::toString);
      assertEquals(4, check.found().size(), "two domains at two servers");
    }
  }

  /** A query that was sent counts, whether or not there is a reply. */
  @Test
  void onlyARoundThatSentNothingIsFollowedByAnotherAtOnce() throws IOException {
    List<String> sent = new ArrayList<>();
    AtomicReference<Boolean> room = new AtomicReference<>(false);
    UnaryOperator<Exchange> unanswered =
        exchange ->
            new ForwardingExchange(exchange) {
              @Override
              protected void query(
                  Sending sending,
                  Probe probe,
                  Duration timeout,
                  Duration late,
                  Consumer<Outcome> done) {
                if (room.get()) {
                  sent.add(probe.question().name());
                }
                done.accept(
                    room.get()
                        ? SampleOutcomes.timeout(probe)
                        : SampleOutcomes.untested(probe, Cause.CAPPED));
              }
            };
    try (FakeDnsServer server = server()) {
      CanaryCheck check = check(unanswered, server);
      check.round();
      room.set(true);
      check.round();
      assertEquals(2, sent.size(), "the first round has sent nothing");
      check.round();
      assertEquals(2, sent.size(), "at most one name below a domain in five minutes");
    }
  }

  @Test
  void withoutDomainsItHasNoThread() throws IOException {
    try (FakeDnsServer server = server();
        Periodic chores = new Periodic(Ticker.SYSTEM, _ -> {})) {
      Config.Canary wanted = canary;
      canary = Config.Canary.NONE;
      CanaryCheck check = check(server);
      check.startIfWanted(chores);
      assertTrue(chores.ended(), "no task is running");
      canary = wanted;
      check.startIfWanted(chores);
      assertFalse(chores.ended(), "a task is running");
    }
  }

  /** The server receives the query and says nothing; nobody waits for its answer any more. */
  @Test
  void anInterruptEndsTheWait() throws IOException {
    Thread checking = Thread.currentThread();
    canary = new Config.Canary(true, Optional.empty());
    try (FakeDnsServer silent =
        FakeDnsServer.start(
            InetAddress.ofLiteral("127.0.0.1"),
            FakeDnsServer.ANY_PORT,
            (_, _) -> checking.interrupt())) {
      CanaryCheck check = check(silent);
      long began = System.nanoTime();
      check.round();
      assertTrue(Thread.interrupted());
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      assertTrue(took.compareTo(Duration.ofSeconds(3)) < 0, took::toString);
      assertEquals(List.of(), check.found());
    }
  }

  private CanaryCheck check(FakeDnsServer... servers) {
    return check(exchange -> exchange, servers);
  }

  private CanaryCheck check(UnaryOperator<Exchange> budget, FakeDnsServer... servers) {
    Plan plan =
        new Plan(
            Stream.of(servers)
                .map(server -> Probes.probe(server.address(), Transport.UDP))
                .toList(),
            List.of(),
            new ResolverSettings(
                List.of(),
                domain.isEmpty() ? List.of() : List.of("monitoring.svc." + domain, "svc." + domain),
                List.of()),
            List.of());
    return new CanaryCheck(
        () -> budget.apply(new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {})),
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

  private FakeDnsServer honest() throws IOException {
    return FakeDnsServer.start(
        InetAddress.ofLiteral("127.0.0.1"),
        FakeDnsServer.ANY_PORT,
        (query, sink) -> {
          honestlyAsked.incrementAndGet();
          sink.send(answer(new Message(query.octets()), Way.NXDOMAIN));
        });
  }

  private byte[] answer(Message query) throws IOException {
    asked.add(query.getQuestion().getName().toString());
    return answer(query, way.get());
  }

  private static byte[] answer(Message query, Way way) throws IOException {
    Record question = query.getQuestion();
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(question, Section.QUESTION);
    switch (way) {
      case ADDRESS ->
          answer.addRecord(
              new ARecord(question.getName(), DClass.IN, 1, InetAddress.ofLiteral("203.0.113.7")),
              Section.ANSWER);
      case NODATA -> answer.getHeader().setRcode(Rcode.NOERROR);
      case NXDOMAIN -> answer.getHeader().setRcode(Rcode.NXDOMAIN);
      case SERVFAIL -> answer.getHeader().setRcode(Rcode.SERVFAIL);
    }
    return answer.toWire();
  }

  /** An exchange whose budget has room for one query. */
  private static final class OneQuery extends ForwardingExchange {
    private boolean used;

    OneQuery(Exchange exchange) {
      super(exchange);
    }

    @Override
    protected void query(
        Sending sending, Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
      if (used) {
        done.accept(SampleOutcomes.untested(probe, Cause.CAPPED));
      } else {
        used = true;
        sending.query(probe, timeout, late, done);
      }
    }
  }
}
