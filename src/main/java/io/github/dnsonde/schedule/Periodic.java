package io.github.dnsonde.schedule;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Small chores, each again and again after a pause, one at a time on one thread of their own,
 * {@code chores}.
 */
public final class Periodic implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Periodic.class.getName());

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("chores").factory());

  /**
   * Runs the chore every {@code pause}, first after one pause. One that throws is logged and runs
   * again.
   */
  public void every(Duration pause, Runnable chore) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> run(chore), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void run(Runnable chore) {
    try {
      chore.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a periodic chore failed; it will run again", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
