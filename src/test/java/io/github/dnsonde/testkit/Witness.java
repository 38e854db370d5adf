package io.github.dnsonde.testkit;

import io.github.dnsonde.demo.DnsStandIn.Query;
import io.github.dnsonde.demo.DnsStandIn.Responder;
import io.github.dnsonde.demo.DnsStandIn.Sink;
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

  public Witness(Responder responder) {
    this.responder = responder;
  }

  @Override
  public void respond(Query query, Sink sink) throws IOException {
    responder.respond(query, sink);
    lock.lock();
    try {
      seen.add(query); // only now, so that what is seen has been answered
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All that came so far, in order. */
  public List<Query> seen() {
    lock.lock();
    try {
      return List.copyOf(seen);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until this many queries came and were answered, as far as they are answered at once. */
  public void awaitSeen(int count, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (seen.size() < count) {
        left = more.awaitNanos(left);
        if (left <= 0) {
          throw new AssertionError(
              "only " + seen.size() + " of " + count + " queries came within " + atMost);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
