package io.github.dnsonde.bench;

import io.github.dnsonde.probe.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.SimpleResolver;

/**
 * dnsjava's own client, unchanged. Its own thread sends and receives, and the common pool decodes.
 * No thread waits for a single answer, which saves one switch of threads. Over TCP it keeps one
 * connection for all queries.
 */
final class StockClient implements Contender {

  private final Tally tally = new Tally();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Thread asker = Thread.currentThread();
  private final SimpleResolver resolver;

  StockClient(Transport transport, InetSocketAddress server) {
    this.resolver = new SimpleResolver(server);
    resolver.setTCP(transport == Transport.TCP);
    resolver.setTimeout(TIMEOUT);
  }

  @Override
  public void ask() {
    inFlight.getAndIncrement();
    var _ = resolver.sendAsync(Message.newQuery(Lookup.RECORD)).whenComplete(this::done);
  }

  private void done(@Nullable Message answer, @Nullable Throwable failure) {
    tally.count(answer != null && failure == null && Lookup.answeredBy(answer));
    if (inFlight.getAndDecrement() == MANY) {
      LockSupport.unpark(asker);
    }
  }

  @Override
  public void await(Duration atMost) {
    LockSupport.parkNanos(this, atMost.toNanos());
  }

  @Override
  public int inFlight() {
    return inFlight.get();
  }

  @Override
  public int concurrency() {
    return MANY;
  }

  @Override
  public Tally tally() {
    return tally;
  }

  @Override
  public void close() {
    // its threads are daemons
  }
}
