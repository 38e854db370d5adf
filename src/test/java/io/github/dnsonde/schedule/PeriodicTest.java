package io.github.dnsonde.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.dnsonde.probe.Ticker;
import io.github.dnsonde.testkit.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PeriodicTest {

  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Logger LOGGER = Logger.getLogger(Periodic.class.getName());

  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final Handler handler = new Remembering();
  private final FakeTicker ticker = new FakeTicker();
  private final List<Error> faults = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch release = new CountDownLatch(1);
  private final Periodic chores = new Periodic(ticker, this::fault, Duration.ofMillis(300));
  private final CountDownLatch reported = new CountDownLatch(1);

  @BeforeEach
  void listen() {
    LOGGER.setUseParentHandlers(false); // the failures are this test's own
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stop() {
    release.countDown();
    chores.close();
    LOGGER.removeHandler(handler);
    LOGGER.setUseParentHandlers(true);
  }

  @Test
  void aTaskThatThrowsAnExceptionRunsAgainAndIsLoggedOnceAMinute() throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(100);
    chores.every(
        "scan",
        PAUSE,
        () -> {
          runs.countDown();
          throw new IllegalStateException("made by this test");
        });
    await(runs);
    assertEquals(Optional.empty(), chores.trouble(LIMIT));
    assertEquals(1, logged.size(), () -> "lines: " + logged);
    ticker.advance(LIMIT);
    while (logged.size() < 2) {
      Thread.onSpinWait();
    }
    String second = logged.getLast();
    assertTrue(second.matches(".* scan failed.* failures: [0-9]{2,}"), second);
  }

  @Test
  void aTaskOnDemandRunsSoonAfterEachDemandAndOtherwiseNot() throws InterruptedException {
    Semaphore runs = new Semaphore(0);
    Runnable demand = chores.onDemand("plan", PAUSE, LIMIT, runs::release);
    for (int i = 0; i < 100; i++) {
      assertTrue(runs.tryAcquire(30, TimeUnit.SECONDS), "a run after " + i + " demands");
      assertFalse(
          runs.tryAcquire(PAUSE.toNanos(), TimeUnit.NANOSECONDS), "a run that none demanded");
      demand.run();
    }
  }

  @Test
  void demandsThatFollowEachOtherShareARun() throws InterruptedException {
    Semaphore runs = new Semaphore(0);
    Runnable demand = chores.onDemand("plan", Duration.ofMillis(200), LIMIT, runs::release);
    assertTrue(runs.tryAcquire(30, TimeUnit.SECONDS), "the first run");
    for (int i = 0; i < 1_000; i++) {
      demand.run();
    }
    assertTrue(runs.tryAcquire(30, TimeUnit.SECONDS), "a run after the demands");
    assertFalse(runs.tryAcquire(600, TimeUnit.MILLISECONDS), "another run");
  }

  /** A change during a run may have come too late for that run. */
  @Test
  void aDemandDuringARunIsNotLost() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    Semaphore ended = new Semaphore(0);
    Runnable demand =
        chores.onDemand(
            "plan",
            PAUSE,
            LIMIT,
            () -> {
              running.countDown();
              awaitQuietly(release);
              ended.release();
            });
    await(running);
    demand.run();
    release.countDown();
    assertTrue(ended.tryAcquire(2, 30, TimeUnit.SECONDS), "a second run");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anErrorIsReportedAndVisible() throws InterruptedException {
    CountDownLatch others = new CountDownLatch(20);
    chores.every("findings", PAUSE, others::countDown);
    chores.every("scan", PAUSE, PeriodicTest::overflow);
    await(reported);
    await(others);
    assertEquals(StackOverflowError.class, faults.getFirst().getClass());
    assertEquals(1, logged.size(), () -> "lines: " + logged);
    while (chores.trouble(LIMIT).isEmpty()) {
      Thread.onSpinWait();
    }
    assertEquals(Optional.of("the periodic task scan has ended"), chores.trouble(LIMIT));
  }

  @Test
  void aTaskThatHangsDelaysNoOtherAndIsReported() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    chores.every("scan", PAUSE, () -> hang(hangs));
    await(hangs);
    CountDownLatch others = new CountDownLatch(20);
    chores.every("plan", PAUSE, others::countDown);
    await(others);
    ticker.advance(LIMIT);
    assertEquals(Optional.empty(), chores.trouble(LIMIT));
    ticker.advance(Duration.ofSeconds(15));
    while (!chores
        .trouble(LIMIT)
        .equals(Optional.of("the periodic task scan has been running for 75 s"))) {
      Thread.onSpinWait(); // the other one may be running just now
    }
    release.countDown();
    while (chores.trouble(LIMIT).isPresent()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void closingWaitsForARunningTask() throws InterruptedException {
    try (Periodic patient = new Periodic(Ticker.SYSTEM, this::fault)) {
      CountDownLatch hangs = new CountDownLatch(1);
      AtomicInteger done = new AtomicInteger();
      patient.every(
          "scan",
          PAUSE,
          () -> {
            hang(hangs);
            done.incrementAndGet();
          });
      await(hangs);
      Thread closing = Thread.ofPlatform().start(patient::close);
      while (closing.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      assertFalse(patient.ended());
      release.countDown();
      closing.join();
      assertTrue(patient.ended());
      assertEquals(1, done.get(), "runs");
    }
  }

  @Test
  void closingDoesNotWaitForeverForATaskThatHangs() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    chores.every("scan", PAUSE, () -> hang(hangs));
    await(hangs);
    chores.close();
    assertFalse(chores.ended(), "it ignores the interrupt");
  }

  private void fault(Error error) {
    faults.add(error);
    reported.countDown();
  }

  private static void overflow() {
    throw new StackOverflowError("made by this test");
  }

  /** Hangs like a system call that does not return: no interrupt ends it. */
  private void hang(CountDownLatch hangs) {
    hangs.countDown();
    boolean interrupted = false;
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertTrue(latch.await(30, TimeUnit.SECONDS), "in time");
  }

  private final class Remembering extends Handler {
    @Override
    public void publish(LogRecord line) {
      logged.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
