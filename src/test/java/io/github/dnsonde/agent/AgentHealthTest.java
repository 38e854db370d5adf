package io.github.dnsonde.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.exchange.DnsExchange;
import io.github.dnsonde.probe.Pace;
import io.github.dnsonde.probe.Sockets;
import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.schedule.Periodic;
import io.github.dnsonde.schedule.Scheduler;
import io.github.dnsonde.testkit.DeafListener;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgentHealthTest {

  private final FakeTicker ticker = new FakeTicker();

  @Test
  @Tag("long")
  void anAgentWithAHangingTaskIsNotAlive() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (Periodic chores = new Periodic(ticker, _ -> {});
        Scheduler scheduler = scheduler()) {
      AgentHealth health = new AgentHealth(scheduler, chores, ticker);
      scheduler.start();
      chores.every(
          "scan",
          Duration.ofSeconds(1),
          () -> {
            hangs.countDown();
            awaitUninterrupted(release);
          });
      hangs.await();
      assertEquals(Optional.empty(), health.answers().notLive().get());
      ticker.advance(Duration.ofSeconds(61));
      String expected = "the periodic task scan has been running for 61 s";
      while (!health.answers().notLive().get().equals(Optional.of(expected))) {
        Thread.onSpinWait(); // until the probing thread has run its loop under the new time
      }
      assertEquals(Optional.of(expected), health.answers().notReady().get());
      release.countDown();
      while (health.answers().notLive().get().isPresent()) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void anAgentWithoutAProbingThreadIsNotAlive() {
    try (Periodic chores = new Periodic(ticker, _ -> {})) {
      Scheduler scheduler = scheduler();
      scheduler.start();
      scheduler.close();
      AgentHealth health = new AgentHealth(scheduler, chores, ticker);
      String why = health.answers().notLive().get().orElse("");
      assertTrue(why.startsWith("the probing thread"), why);
    }
  }

  private Scheduler scheduler() {
    return new Scheduler(
        new DnsExchange(Sockets.ofThisProcess(), Ticker.SYSTEM, _ -> {}),
        Pace.DEFAULT,
        ticker,
        new DeafListener(),
        () -> {});
  }

  private static void awaitUninterrupted(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
