package io.github.dnsonde.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.dnsonde.probe.Exchange;
import io.github.dnsonde.probe.Lookup;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Probe;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.ResolverKind;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.Probes;
import io.github.dnsonde.testkit.SampleOutcomes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LookupRunTest {

  private static final Reply NO_SUCH_NAME = new Reply.Answered(3, false, List.of(), 40);

  private final FakeTicker ticker = new FakeTicker();

  /** A tenant's {@code dnsConfig} sets the timeout, which may be longer than the lookup. */
  @Test
  void noQueryOutlastsTheLookup() {
    Lookup lookup =
        new Lookup(
            Probes.vantage(),
            "db",
            ResolverKind.MUSL,
            List.of(Probes.server(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.53"), 53))),
            ResolverSettings.of(
                List.of(), Stream.of("example.com"), Stream.of("timeout:60", "attempts:1")),
            List.of());
    Recorder recorder = new Recorder();
    LookupRun run = new LookupRun(lookup, 0, recorder, ticker, _ -> {}, _ -> {});
    run.start();
    ticker.advance(Duration.ofSeconds(20));
    recorder.replyToAll();
    assertEquals(
        List.of(Walk.LONGEST, Walk.LONGEST, Duration.ofSeconds(10), Duration.ofSeconds(10)),
        recorder.timeouts);
  }

  /** Keeps each query until it is replied to: the name does not exist. */
  private static final class Recorder implements Exchange {
    private final List<Duration> timeouts = new ArrayList<>();
    private final List<Runnable> open = new ArrayList<>();

    @Override
    public void query(Probe probe, Duration timeout, Duration late, Consumer<Outcome> done) {
      timeouts.add(timeout);
      open.add(() -> done.accept(SampleOutcomes.replied(probe, 1, NO_SUCH_NAME)));
    }

    void replyToAll() {
      List<Runnable> replies = List.copyOf(open);
      open.clear();
      replies.forEach(Runnable::run);
    }

    @Override
    public void await(Duration atMost) {}

    @Override
    public int inFlight() {
      return open.size();
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {}
  }
}
