package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs periodic tasks, each with a pause after each run. Each task has its own thread, named after
 * it, so that a task that hangs does not stop the others.
 */
public final class Periodic implements AutoCloseable {

  /**
   * The time that a running task has to end by itself. After that it is interrupted, and has the
   * same time again.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final System.Logger LOG = System.getLogger(Periodic.class.getName());

  private final Ticker ticker;
  private final Consumer<Error> fault;
  private final Duration patience;
  private final List<Chore> chores = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Creates an instance that runs nothing yet.
   *
   * @param fault receives an error that ended a task, on the task's thread
   */
  public Periodic(Ticker ticker, Consumer<Error> fault) {
    this(ticker, fault, PATIENCE);
  }

  Periodic(Ticker ticker, Consumer<Error> fault, Duration patience) {
    this.ticker = ticker;
    this.fault = fault;
    this.patience = patience;
  }

  /**
   * Runs a task now, and again a {@code pause} after each run. An exception is logged, at most once
   * a minute, and the task runs again. An error ends the task.
   *
   * @param name the name in messages, and of the thread
   */
  public void every(String name, Duration pause, Runnable task) {
    start(new Chore(name, pause, pause, task));
  }

  /**
   * Runs a task like {@link #every}, and also soon after each call of the result. So a task that
   * depends on rare changes needs no short pause, which would cost processor time all the time.
   *
   * @param gathering the time from such a call to the run, for changes that follow at once
   * @param pause the pause without a call, for changes that nobody reports
   * @return runs the task soon, or once more if it is running; any thread may call it
   */
  public Runnable onDemand(String name, Duration gathering, Duration pause, Runnable task) {
    Chore chore = new Chore(name, gathering, pause, task);
    start(chore);
    return chore::demand;
  }

  private void start(Chore chore) {
    chores.add(chore);
    chore.thread.start();
  }

  /**
   * Describes a task that has been running for longer than the limit, or that has ended; empty if
   * there is no such task.
   */
  public Optional<String> trouble(Duration limit) {
    return chores.stream().flatMap(chore -> chore.trouble(limit).stream()).findFirst();
  }

  /** Returns true if all tasks have ended. */
  public boolean ended() {
    return chores.stream().noneMatch(chore -> chore.thread.isAlive());
  }

  /**
   * Ends all tasks. Waits a few seconds at most for tasks that are running: {@link #ended} shows if
   * all have ended.
   */
  @Override
  public void close() {
    closing.countDown();
    chores.forEach(Chore::demand);
    join();
    chores.forEach(chore -> chore.thread.interrupt());
    join();
  }

  private void join() {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      for (Chore chore : chores) {
        chore.thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Chore {
    private final String name;
    private final Duration gathering;
    private final Duration pause;
    private final Runnable task;
    private final Semaphore demands = new Semaphore(0);
    private final LineLimit failures = new LineLimit(ticker);
    private final Thread thread;
    private volatile Optional<Long> runningSince = Optional.empty();

    Chore(String name, Duration gathering, Duration pause, Runnable task) {
      this.name = name;
      this.gathering = gathering;
      this.pause = pause;
      this.task = task;
      this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    private void run() {
      Duration wait;
      try {
        do {
          demands.drainPermits();
          runOnce();
          boolean demanded = demands.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
          wait = demanded ? gathering : Duration.ZERO;
        } while (!closing.await(wait.toNanos(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException _) {
        // closed during a run
      } catch (Error error) {
        LOG.log(Level.ERROR, "the periodic task " + name + " ended by an error", error);
        fault.accept(error);
      }
    }

    private void demand() {
      if (demands.availablePermits() == 0) {
        demands.release();
      }
    }

    private void runOnce() {
      runningSince = Optional.of(ticker.nanos());
      try {
        task.run();
      } catch (RuntimeException e) {
        failed(e);
      } finally {
        runningSince = Optional.empty();
      }
    }

    private void failed(RuntimeException e) {
      failures.event();
      long count = failures.take();
      if (count > 0) {
        LOG.log(
            Level.ERROR,
            "the periodic task " + name + " failed and will run again; failures: " + count,
            e);
      }
    }

    Optional<String> trouble(Duration limit) {
      if (!thread.isAlive()) {
        return Optional.of("the periodic task " + name + " has ended");
      }
      return runningSince
          .map(since -> Duration.ofNanos(ticker.nanos() - since))
          .filter(running -> running.compareTo(limit) > 0)
          .map(
              running ->
                  "the periodic task "
                      + name
                      + " has been running for "
                      + running.toSeconds()
                      + " s");
    }
  }
}
