package io.github.dnsonde.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.testkit.FakeTicker;
import io.github.dnsonde.testkit.FixedState;
import io.github.dnsonde.testkit.SampleReports;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Checks that pages cannot make the controller ask Prometheus more than a little. */
class LongMemoryTest {

  private final FakeTicker ticker = new FakeTicker();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch open = new CountDownLatch(1);

  private LongMemory memory(LongMemory.Source source) {
    return new LongMemory(
        new FixedState(SampleReports::overview), source, Duration.ofSeconds(10), ticker);
  }

  private Trend good(String namespace, int days) {
    asked.incrementAndGet();
    return new Trend(
        namespace,
        Instant.EPOCH,
        Duration.ofDays(days),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void manyPagesAskOnceAMinute() {
    try (LongMemory memory = memory(this::good)) {
      assertEquals(memory.trend("shop", 7), memory.trend("shop", 7));
      assertEquals(1, asked.get());
      memory.trend("shop", 30);
      assertEquals(2, asked.get());
      ticker.advance(Duration.ofSeconds(61));
      memory.trend("shop", 7);
      assertEquals(3, asked.get());
      assertTrue(memory.history("shop").prometheus());
    }
  }

  /** Colleagues open the same link at once: one reading serves them all. */
  @Test
  void equalRequestsShareAReading() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (LongMemory memory =
        memory(
            (namespace, days) -> {
              reading.countDown();
              awaitOpen();
              return good(namespace, days);
            })) {
      List<Future<Trend>> all = new ArrayList<>();
      List<Thread> waiting = new ArrayList<>();
      for (int page = 0; page < 5; page++) {
        FutureTask<Trend> task = new FutureTask<>(() -> memory.trend("shop", 7));
        all.add(task);
        waiting.add(Thread.ofVirtual().start(task));
      }
      reading.await();
      for (Thread thread : waiting) {
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
          Thread.onSpinWait();
        }
      }
      open.countDown();
      for (Future<Trend> trend : all) {
        assertEquals(List.of(), trend.get().problems());
      }
      assertEquals(1, asked.get());
    }
  }

  /** A result that comes after the patience of its pages has ended serves the next one. */
  @Test
  void aLateReadingIsKept() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    try (LongMemory memory =
        new LongMemory(
            new FixedState(SampleReports::overview),
            (namespace, days) -> {
              awaitOpen();
              read.countDown();
              return good(namespace, days);
            },
            Duration.ofMillis(50),
            ticker)) {
      assertTrue(memory.trend("a", 7).problems().getFirst().contains("did not answer within"));
      assertTrue(memory.trend("a", 7).problems().getFirst().contains("did not answer within"));
      open.countDown();
      read.await();
      while (!memory.trend("a", 7).problems().isEmpty()) {
        Thread.onSpinWait();
      }
      assertEquals(1, asked.get());
    }
  }

  private void awaitOpen() {
    try {
      open.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatWasRepairedShowsSoon() {
    try (LongMemory memory =
        memory(
            (namespace, days) -> {
              asked.incrementAndGet();
              return Trend.unknown(namespace, days, Instant.EPOCH, "gone");
            })) {
      memory.trend("shop", 7);
      memory.trend("shop", 7);
      ticker.advance(Duration.ofSeconds(11));
      memory.trend("shop", 7);
      assertEquals(2, asked.get());
    }
  }

  @Test
  void twoAreReadAtOnceAndAThirdIsToldSo() throws Exception {
    CountDownLatch reading = new CountDownLatch(2);
    try (ExecutorService pages = Executors.newVirtualThreadPerTaskExecutor();
        LongMemory memory =
            memory(
                (namespace, days) -> {
                  reading.countDown();
                  try {
                    open.await();
                  } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                  }
                  return good(namespace, days);
                })) {
      Future<Trend> one = pages.submit(() -> memory.trend("a", 7));
      Future<Trend> two = pages.submit(() -> memory.trend("b", 7));
      reading.await();
      assertTrue(memory.trend("c", 7).problems().getFirst().contains("being read"));
      open.countDown();
      assertEquals(List.of(), one.get().problems());
      assertEquals(List.of(), two.get().problems());
    }
  }

  /** Looking up a name may block for long, and cannot be ended. */
  @Test
  void aReaderThatHangsIsNotWaitedForLong() {
    try (LongMemory memory =
        new LongMemory(
            new FixedState(SampleReports::overview),
            (namespace, days) -> {
              try {
                open.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
              return good(namespace, days);
            },
            Duration.ofMillis(50),
            ticker)) {
      assertTrue(memory.trend("a", 7).problems().getFirst().contains("did not answer within"));
    }
  }
}
