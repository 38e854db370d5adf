package io.github.dnsonde.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Permits that several addresses want. */
@Timeout(30)
class FairTurnsTest {

  private static final ClientNetwork A = network(2);
  private static final ClientNetwork B = network(3);
  private static final ClientNetwork C = network(4);
  private static final long LONG = Duration.ofSeconds(20).toNanos();

  private final LinkedBlockingQueue<String> granted = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  private static ClientNetwork network(int last) {
    return new ClientNetwork(InetAddress.ofLiteral("127.0.0." + last));
  }

  @AfterEach
  void interrupt() throws Exception {
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
  }

  /** Starts a thread that wants permits, and returns when it waits for them. */
  private Thread want(FairTurns turns, ClientNetwork address, int permits, String name)
      throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    if (turns.tryAcquire(address, permits, LONG)) {
                      granted.add(name);
                    }
                  } catch (InterruptedException _) {
                    granted.add(name + " interrupted");
                  }
                });
    threads.add(thread);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private String next() throws InterruptedException {
    return String.valueOf(granted.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void addressesTakeTurnsHoweverManyRequestsOneOfThemHas() throws Exception {
    FairTurns turns = new FairTurns(1, 1);
    assertTrue(turns.tryAcquire(A, 1, 0));
    want(turns, A, 1, "a1");
    want(turns, A, 1, "a2");
    want(turns, A, 1, "a3");
    want(turns, B, 1, "b1");
    want(turns, C, 1, "c1");
    want(turns, B, 1, "b2");
    List<String> order = new ArrayList<>();
    ClientNetwork holder = A;
    for (int i = 0; i < 6; i++) {
      turns.release(holder, 1);
      String name = next();
      order.add(name);
      holder = name.startsWith("a") ? A : name.startsWith("b") ? B : C;
    }
    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3"), order);
  }

  @Test
  void oneAddressHasNoMoreThanItsLimit() throws Exception {
    FairTurns turns = new FairTurns(8, 4);
    assertTrue(turns.tryAcquire(A, 4, 0));
    assertFalse(turns.tryAcquire(A, 1, 0));
    assertTrue(turns.tryAcquire(B, 3, 0));
    turns.release(A, 4);
    assertTrue(turns.tryAcquire(A, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> turns.tryAcquire(C, 5, 0));
  }

  @Test
  void oneThatWantsMuchIsNotPassedForEver() throws Exception {
    FairTurns turns = new FairTurns(4, 4);
    assertTrue(turns.tryAcquire(A, 2, 0));
    assertTrue(turns.tryAcquire(B, 1, 0));
    want(turns, C, 3, "c");
    assertFalse(turns.tryAcquire(B, 2, 0));
    turns.release(A, 2);
    assertEquals("c", next());
  }

  @Test
  void whoGivesUpKeepsNobodyWaiting() throws Exception {
    FairTurns turns = new FairTurns(4, 4);
    assertTrue(turns.tryAcquire(A, 3, 0));
    Thread much = want(turns, B, 4, "b");
    want(turns, C, 1, "c");
    assertEquals(0, granted.size());
    much.interrupt();
    assertEquals(List.of("b interrupted", "c"), List.of(next(), next()).stream().sorted().toList());
    turns.release(A, 3);
    turns.release(C, 1);
    assertTrue(turns.tryAcquire(B, 4, 0));
  }
}
