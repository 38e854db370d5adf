package io.github.dnsonde.schedule;

import io.github.dnsonde.probe.LineLimit;
import io.github.dnsonde.probe.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Small chores, each run again and again with a pause after each run. Each has a thread of its own,
 * named after it: a chore that hangs holds up no other one.
 */
public final class Periodic implements AutoCloseable {

  /**
   * How long a running chore may take to end by itself when all end. Then it is interrupted, and
   * has as much time again.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final System.Logger LOG = System.getLogger(Periodic.class.getName());

  private final Ticker ticker;
  private final Consumer<Error> fault;
  private final Duration patience;
  private final List<Chore> chores = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * Runs nothing yet.
   *
   * @param fault told of an error that ended a chore, by the chore's thread: the program cannot
   *     rely on itself any more
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
   * Runs the chore now, and again a {@code pause} after each run. One that throws an exception is
   * logged, at most once a minute, and runs again. One that throws an error does not run again.
   *
   * @param name a word for people, and the name of its thread
   */
  public void every(String name, Duration pause, Runnable task) {
    Chore chore = new Chore(name, pause, task);
    chores.add(chore);
    chore.thread.start();
  }

  /** What is wrong: a chore that has been running for longer than the limit, or one that ended. */
  public Optional<String> trouble(Duration limit) {
    return chores.stream().flatMap(chore -> chore.trouble(limit).stream()).findFirst();
  }

  /** Whether no chore runs any more. */
  public boolean ended() {
    return chores.stream().noneMatch(chore -> chore.thread.isAlive());
  }

  /**
   * Ends all chores. Waits for those that run, but not for long: {@link #ended} says whether all
   * have ended.
   */
  @Override
  public void close() {
    closing.countDown();
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
    private final Duration pause;
    private final Runnable task;
    private final LineLimit failures = new LineLimit(ticker);
    private final Thread thread;
    private volatile Optional<Long> runningSince = Optional.empty();

    Chore(String name, Duration pause, Runnable task) {
      this.name = name;
      this.pause = pause;
      this.task = task;
      this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    private void run() {
      try {
        do {
          runOnce();
        } while (!closing.await(pause.toNanos(), TimeUnit.NANOSECONDS));
      } catch (InterruptedException _) {
        // closed while it ran
      } catch (Error error) {
        LOG.log(Level.ERROR, "the periodic task " + name + " ended by an error", error);
        fault.accept(error);
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
            "the periodic task " + name + " failed, will run again; failures: " + count,
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
