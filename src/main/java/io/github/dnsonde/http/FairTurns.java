package io.github.dnsonde.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Permits that are divided among the addresses that want some: each has its turn after the others
 * had theirs, however many requests one of them sends. Without others, an address gets as many as
 * its limit. Thread-safe.
 */
final class FairTurns {

  private final int perSource;
  private final ReentrantLock lock = new ReentrantLock();

  /** Those that hold or want permits, in the order of their next turns. */
  private final SequencedMap<ClientNetwork, Source> sources = new LinkedHashMap<>();

  private int free;

  /** An address that holds or wants permits. */
  private static final class Source {
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int held;

    private boolean isGone() {
      return held == 0 && waiting.isEmpty();
    }
  }

  /** A thread that wants permits. */
  private static final class Waiter {
    private final int permits;
    private final Condition turn;
    private boolean granted;

    Waiter(int permits, Condition turn) {
      this.permits = permits;
      this.turn = turn;
    }
  }

  /**
   * Creates some.
   *
   * @param permits that may be held at one time
   * @param perSource those that one address may hold
   */
  FairTurns(int permits, int perSource) {
    if (perSource < 1 || perSource > permits) {
      throw new IllegalArgumentException(perSource + " of " + permits + " permits per source");
    }
    this.free = permits;
    this.perSource = perSource;
  }

  /**
   * Waits for permits.
   *
   * @param wanted at most as many as one address may hold
   * @return false if it was not the address's turn within the time
   */
  boolean tryAcquire(ClientNetwork address, int wanted, long nanos) throws InterruptedException {
    if (wanted > perSource) {
      throw new IllegalArgumentException(wanted + " permits are wanted, of " + perSource);
    }
    lock.lock();
    try {
      Waiter waiter = new Waiter(wanted, lock.newCondition());
      sources.computeIfAbsent(address, _ -> new Source()).waiting.addLast(waiter);
      grant();
      try {
        await(waiter, nanos);
      } finally {
        if (!waiter.granted) {
          giveUp(address, waiter);
        }
      }
      return waiter.granted;
    } finally {
      lock.unlock();
    }
  }

  /** A turn that comes together with an interruption is taken: its holder gives it back. */
  private static void await(Waiter waiter, long nanos) throws InterruptedException {
    long left = nanos;
    try {
      while (!waiter.granted && left > 0) {
        left = waiter.turn.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      if (!waiter.granted) {
        throw e;
      }
      Thread.currentThread().interrupt();
    }
  }

  private void giveUp(ClientNetwork address, Waiter waiter) {
    Source source = source(address);
    source.waiting.remove(waiter);
    forget(address, source);
    grant(); // others may have waited behind it
  }

  /** Gives permits back. */
  void release(ClientNetwork address, int held) {
    lock.lock();
    try {
      Source source = source(address);
      source.held -= held;
      free += held;
      forget(address, source);
      grant();
    } finally {
      lock.unlock();
    }
  }

  private Source source(ClientNetwork address) {
    return Optional.ofNullable(sources.get(address))
        .orElseThrow(() -> new IllegalStateException(address + " holds and wants nothing"));
  }

  private void forget(ClientNetwork address, Source source) {
    if (source.isGone()) {
      sources.remove(address);
    }
  }

  private void grant() {
    Optional<ClientNetwork> next = next();
    while (next.isPresent()) {
      Source source = source(next.get());
      Waiter waiter = source.waiting.removeFirst();
      source.held += waiter.permits;
      free -= waiter.permits;
      waiter.granted = true;
      waiter.turn.signal();
      sources.putLast(next.get(), source);
      next = next();
    }
  }

  /**
   * Returns the address that gets permits now. One that waits for more than there are keeps those
   * behind it waiting, so that it has its turn at some time.
   */
  private Optional<ClientNetwork> next() {
    for (Map.Entry<ClientNetwork, Source> each : sources.entrySet()) {
      Optional<Waiter> first =
          Optional.ofNullable(each.getValue().waiting.peekFirst())
              .filter(waiter -> each.getValue().held + waiter.permits <= perSource);
      if (first.isPresent()) {
        return first.filter(waiter -> waiter.permits <= free).map(_ -> each.getKey());
      }
    }
    return Optional.empty();
  }
}
