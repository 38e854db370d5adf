package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.FakeDnsServer.Query;
import io.github.dnsonde.demo.FakeDnsServer.Responder;
import io.github.dnsonde.demo.FakeDnsServer.Sink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Remembers every query, then lets another responder answer it. */
public final class Witness implements Responder {

  private final Responder responder;
  private final List<Query> seen = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private int answered;

  public Witness(Responder responder) {
    this.responder = responder;
  }

  @Override
  public void respond(Query query, Sink sink) throws IOException {
    under(() -> seen.add(query));
    responder.respond(query, sink);
    under(() -> answered++);
  }

  private void under(Runnable change) {
    lock.lock();
    try {
      change.run();
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All queries so far, in order. */
  public List<Query> seen() {
    lock.lock();
    try {
      return List.copyOf(seen);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until this many queries were received and their immediate answers were sent. */
  public void awaitAnswered(int count, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (answered < count) {
        left = more.awaitNanos(left);
        if (left <= 0) {
          throw new AssertionError(
              "only " + answered + " of " + count + " queries were answered within " + atMost);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
