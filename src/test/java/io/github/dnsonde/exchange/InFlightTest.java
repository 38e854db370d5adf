package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Misbehaviour.silence;
import static io.github.dnsonde.testkit.Probes.probe;
import static io.github.dnsonde.testkit.Probes.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Reply.Answered;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.probe.Verdict.Untested;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Way;
import io.github.dnsonde.testkit.Witness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** Many queries at once, and the actions that their callbacks may take. */
class InFlightTest {

  private final Asker asker = new Asker();
  private final Exchange exchange = asker.exchange();

  @AfterEach
  void close() {
    exchange.close();
  }

  @Test
  void eachOfAThousandAnswersInAnyOrderFindsItsQuery() throws Exception {
    int all = 1_000;
    Shuffler shuffler = new Shuffler(all);
    Witness witness = new Witness(shuffler);
    Map<Integer, List<Outcome>> outcomes = new HashMap<>();
    try (FakeDnsServer server = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, witness)) {
      for (int i = 0; i < all; i++) {
        int number = i;
        Transport transport = number % 2 == 0 ? Transport.UDP : Transport.TCP;
        exchange.query(
            probe(server.address(), question("n" + number + ".example.com.", transport)),
            PATIENT,
            PATIENT,
            outcome -> outcomes.computeIfAbsent(number, _ -> new ArrayList<>()).add(outcome));
        if (number < all - 1) { // the server answers as soon as it has all of them
          exchange.await(Duration.ZERO);
        }
      }
      assertEquals(all, exchange.inFlight(), "in flight before the first answer");

      asker.awaitUntilIdle();
    }
    for (int number = 0; number < all; number++) {
      Answer answer = new Answer("n" + number + ".example.com.", "A", Shuffler.address(number));
      assertEquals(
          List.of(List.of(answer)),
          outcomes.getOrDefault(number, List.of()).stream()
              .map(outcome -> assertInstanceOf(Answered.class, outcome.reply()).answers())
              .toList(),
          "answers to query " + number);
    }
    assertEquals(all, witness.seen().size(), "queries at the server");
  }

  @Test
  void callbackMayQueryAgain() throws IOException {
    try (FakeDnsServer server =
        FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, rightAnswer())) {
      List<Outcome> outcomes = new ArrayList<>();
      askAgain(probe(server.address(), Transport.UDP), outcomes, 5);

      asker.awaitUntilIdle();

      assertEquals(5, outcomes.size(), "outcomes");
      outcomes.forEach(outcome -> assertEquals(new Good(), outcome.verdict()));
    }
  }

  private void askAgain(Probe probe, List<Outcome> outcomes, int times) {
    exchange.query(
        probe,
        PATIENT,
        PATIENT,
        outcome -> {
          outcomes.add(outcome);
          if (outcomes.size() < times) {
            askAgain(probe, outcomes, times);
          }
        });
  }

  @Test
  void callbackMayCloseWhileOtherAnswersArePending() throws Exception {
    Witness witness = new Witness(rightAnswer());
    try (FakeDnsServer server = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, witness)) {
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        exchange.query(
            probe(server.address(), Transport.UDP),
            PATIENT,
            PATIENT,
            outcome -> {
              outcomes.add(outcome);
              if (outcomes.size() == 1) {
                exchange.close();
              }
            });
      }
      witness.awaitAnswered(3, PATIENT);

      exchange.await(PATIENT);

      assertEquals(3, outcomes.size(), () -> "each reported once: " + outcomes);
      assertInstanceOf(Answered.class, outcomes.getFirst().reply());
      for (Outcome outcome : outcomes.subList(1, 3)) {
        assertEquals(new Untested(Cause.SHUTDOWN), outcome.verdict());
      }
    }
  }

  @Test
  void immediateFailureIsReportedBeforeAskReturns() {
    List<Reply> replies = new ArrayList<>();
    InetSocketAddress nowhere = new InetSocketAddress("255.255.255.255", 53); // EACCES: ip(7)

    exchange.query(
        probe(nowhere, Transport.UDP), PATIENT, PATIENT, outcome -> replies.add(outcome.reply()));

    assertEquals(1, replies.size(), "replies");
    assertEquals(0, exchange.inFlight(), "in flight");
  }

  @Test
  void awaitWithNothingInFlightReturnsAfterItsTime() {
    long before = System.nanoTime();

    exchange.await(Duration.ofMillis(30));

    long waited = System.nanoTime() - before;
    assertTrue(waited >= 30_000_000, () -> "waited only " + waited + " ns");
  }

  @Test
  void wakeUpEndsTheWaitFromAnotherThread() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    waiting.await();
                  } catch (InterruptedException _) {
                    return;
                  }
                  exchange.wakeUp();
                });
    long before = System.nanoTime();
    waiting.countDown();

    exchange.await(PATIENT);

    Duration waited = Duration.ofNanos(System.nanoTime() - before);
    other.join();
    assertTrue(waited.compareTo(PATIENT) < 0, () -> "waited for all of " + waited);
  }

  @Test
  void wakeUpBeforeAwaitEndsTheNextOne() {
    exchange.wakeUp();
    long before = System.nanoTime();

    exchange.await(PATIENT);

    Duration waited = Duration.ofNanos(System.nanoTime() - before);
    assertTrue(waited.compareTo(PATIENT) < 0, () -> "waited for all of " + waited);
  }

  @Test
  void awaitReturnsAtADeadlineEvenIfItMayWaitLonger() throws IOException {
    try (FakeDnsServer server = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, silence())) {
      AtomicInteger done = new AtomicInteger();
      exchange.query(
          probe(server.address(), Transport.UDP),
          Duration.ofMillis(50),
          Duration.ofMillis(50),
          _ -> done.incrementAndGet());

      exchange.await(PATIENT);

      assertEquals(1, done.get(), "outcomes reported by one await");
    }
  }

  /** Holds all answers until every query has arrived, then sends them in a random order. */
  private static final class Shuffler implements Responder {

    private final int all;
    private final List<Held> held = new ArrayList<>();

    Shuffler(int all) {
      this.all = all;
    }

    private record Held(Query query, Sink sink) {
      void answer() throws IOException {
        Message message = query.response(Rcode.NOERROR);
        Name name = message.getQuestion().getName();
        int number = Integer.parseInt(name.getLabelString(0).substring(1));
        message.addRecord(
            new ARecord(name, DClass.IN, 30, InetAddress.ofLiteral(address(number))),
            Section.ANSWER);
        sink.send(message);
      }
    }

    static String address(int number) {
      return "198.18." + number / 256 + "." + number % 256; // RFC 2544
    }

    @Override
    public void respond(Query query, Sink sink) {
      synchronized (held) {
        held.add(new Held(query, sink));
        if (held.size() < all) {
          return;
        }
      }
      Collections.shuffle(held, new Random(4711));
      for (int i = 0; i < all; i++) {
        Held next = held.get(i);
        next.sink().after(Duration.ofNanos(i * 100_000L), next::answer); // 0.1 s for all of them
      }
    }
  }
}
