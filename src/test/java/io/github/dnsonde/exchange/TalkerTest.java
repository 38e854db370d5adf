package io.github.dnsonde.exchange;

import static io.github.dnsonde.testkit.Asker.PATIENT;
import static io.github.dnsonde.testkit.Misbehaviour.endless;
import static io.github.dnsonde.testkit.Misbehaviour.flood;
import static io.github.dnsonde.testkit.Misbehaviour.rightAnswer;
import static io.github.dnsonde.testkit.Probes.probe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.demo.FakeDnsServer;
import io.github.dnsonde.demo.FakeDnsServer.Connection;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.probe.Verdict.Failed;
import io.github.dnsonde.probe.Verdict.Good;
import io.github.dnsonde.testkit.Asker;
import io.github.dnsonde.testkit.Way;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer that sends endlessly does not delay other queries. */
class TalkerTest {

  private static final int HEADER = 12;
  private static final int SAMPLES = 60;
  private static final int TALKERS = 4;

  /** Allowance for a busy machine. A blocked thread adds seconds, or never returns. */
  private static final Duration NOISE = Duration.ofMillis(50);

  private static final Duration LONG = Duration.ofSeconds(30);

  record Talker(String name, Transport transport, Responder responder) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Talker> talkers() {
    byte[] small = Connection.framed(new byte[HEADER]);
    return Stream.of(
        new Talker("frames of another id", Transport.TCP, endless(many(small), 60_000)),
        new Talker("empty frames", Transport.TCP, endless(new byte[60_000], 60_000)),
        new Talker(
            "the longest frames",
            Transport.TCP,
            endless(Connection.framed(new byte[65_535]), 65_537)),
        new Talker("one octet at a time", Transport.TCP, endless(small, 1)),
        new Talker(
            "the longest frame, one octet at a time",
            Transport.TCP,
            endless(Connection.framed(new byte[65_535]), 1)),
        new Talker("datagrams of another id", Transport.UDP, flood(5_000, _ -> new byte[HEADER])),
        new Talker("empty datagrams", Transport.UDP, flood(5_000, _ -> new byte[0])),
        new Talker(
            "datagrams to another question",
            Transport.UDP,
            flood(
                5_000,
                query ->
                    ByteBuffer.wrap(query.octets())
                        .putShort(2, (short) 0x8180)
                        .put(HEADER + 1, (byte) 'X')
                        .array())));
  }

  private static byte[] many(byte[] frame) {
    ByteBuffer all = ByteBuffer.allocate(60_000 / frame.length * frame.length);
    while (all.hasRemaining()) {
      all.put(frame);
    }
    return all.array();
  }

  @ParameterizedTest
  @MethodSource("talkers")
  void latencyOfOtherQueriesDoesNotChange(Talker talker) throws IOException {
    try (FakeDnsServer calm = FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, rightAnswer());
        FakeDnsServer loud =
            FakeDnsServer.start(Way.IPV4, FakeDnsServer.ANY_PORT, talker.responder())) {
      assertTimeoutPreemptively(
          LONG,
          () -> {
            try (Asker asker = new Asker()) {
              Probe healthy = probe(calm.address(), Transport.UDP);
              Duration quiet = median(asker, healthy, () -> {});
              Loud talking = new Loud(asker, probe(loud.address(), talker.transport()));

              Duration loudly = median(asker, healthy, talking::keepUp);

              talking.assertGaveUp();
              assertTrue(
                  loudly.compareTo(quiet.plus(NOISE)) < 0,
                  () -> "median " + quiet + " in quiet, but " + loudly + " next to " + talker);
            }
          });
    }
  }

  /** Sends one query after the other; another query may precede each. */
  private static Duration median(Asker asker, Probe probe, Runnable meanwhile) {
    List<Duration> took = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      meanwhile.run();
      Outcome outcome = asker.ask(probe, PATIENT);
      assertEquals(new Good(), outcome.verdict(), () -> outcome.toString());
      took.add(outcome.duration().orElse(LONG)); // the thread stalled
    }
    took.sort(null);
    return took.get(SAMPLES / 2);
  }

  /** Keeps a few questions to the talker in flight. */
  private static final class Loud {
    private final Asker asker;
    private final Probe probe;
    private final List<Outcome> outcomes = new ArrayList<>();
    private int open;

    Loud(Asker asker, Probe probe) {
      this.asker = asker;
      this.probe = probe;
    }

    void keepUp() {
      while (open < TALKERS) {
        open++;
        asker
            .exchange()
            .query(
                probe,
                PATIENT,
                PATIENT,
                outcome -> {
                  open--;
                  outcomes.add(outcome);
                });
      }
    }

    void assertGaveUp() {
      asker.awaitUntilIdle();
      assertTrue(outcomes.size() >= TALKERS, () -> "too few queries: " + outcomes);
      for (Outcome outcome : outcomes) {
        assertEquals(new Failed(Reason.MALFORMED), outcome.verdict(), () -> outcome.toString());
      }
    }
  }
}
