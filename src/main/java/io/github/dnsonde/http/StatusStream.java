package io.github.dnsonde.http;

import io.github.dnsonde.json.OverviewJson;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewChanges;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The status as server-sent events (WHATWG HTML, §9.2): first the whole, then differences. Each
 * reader has its connection's thread. A reader that does not read is cut off by the listener, which
 * limits the time of each event.
 */
final class StatusStream implements Page, AutoCloseable {

  /** Readers at once. A browser opens one for each tab that is visible. */
  static final int READERS = 8;

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A reader that gets nothing for three of these knows that the connection is dead. */
  private static final Duration BEAT = Duration.ofSeconds(5);

  private final LatestOverview latest;
  private final AtomicInteger readers = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  StatusStream(Supplier<Overview> source) {
    this.latest = new LatestOverview(source);
  }

  /** Returns the status for somebody who does not follow it. */
  Overview once() {
    return latest.once();
  }

  @Override
  public PageResponse answer(ServerRequest request) {
    return readers.get() < READERS
        ? PageResponse.events(this::write)
        : PageResponse.error(
            Status.SERVICE_UNAVAILABLE_503,
            request.path().path(),
            "there are "
                + READERS
                + " readers of the stream, and no more are allowed: close a"
                + " page, or read /api/v1/status");
  }

  private void write(OutputStream out) throws IOException {
    try {
      if (readers.incrementAndGet() <= READERS) { // several may have been admitted at once
        follow(new Events(out));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      if (readers.decrementAndGet() == 0) {
        latest.forget();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // overviews are replaced and never changed
  private void follow(Events events) throws IOException, InterruptedException {
    Overview first = latest.get();
    Overview sent = first;
    Overview compared = first;
    events.send("status", json -> OverviewJson.writeBrief(first, json));
    long written = System.nanoTime();
    while (!closed.await(LOOK.toNanos(), TimeUnit.NANOSECONDS)) {
      Overview now = latest.get();
      if (now != compared) {
        compared = now;
        OverviewChanges changes = OverviewChanges.between(sent, now);
        if (!changes.isEmpty()) {
          events.send("changes", json -> OverviewJson.writeChanges(changes, json));
          sent = changes.known();
          written = System.nanoTime();
          continue;
        }
      }
      if (System.nanoTime() - written >= BEAT.toNanos()) {
        events.send("unchanged", json -> OverviewJson.writeUnchanged(now, json));
        written = System.nanoTime();
      }
    }
  }

  /** Ends all streams. */
  @Override
  public void close() {
    closed.countDown();
  }

  /** Writes events, each within the listener's limit of time. */
  private static final class Events {
    private final Connection connection = Connection.current();
    private final Writer writer;

    Events(OutputStream out) {
      this.writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    }

    /** The documents are JSON on one line. */
    void send(String name, ApiPage document) throws IOException {
      connection.beginEvent();
      writer.write("event: " + name + "\ndata: ");
      document.write(writer);
      writer.write("\n\n");
      writer.flush();
      connection.endEvent();
    }
  }
}
