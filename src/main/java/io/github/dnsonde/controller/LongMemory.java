package io.github.dnsonde.controller;

import io.github.dnsonde.http.PresentState;
import io.github.dnsonde.overview.NamespaceHistory;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathSelection;
import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.probe.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The present state of the cluster, and its longer history from Prometheus. At most two histories
 * are read at once, each by its own platform thread: looking up the name of Prometheus may block,
 * above all while DNS fails. What was read is kept for a minute, and what is being read is waited
 * for, however many pages show it.
 */
final class LongMemory implements PresentState, AutoCloseable {

  private static final int READERS = 2;
  private static final int KEPT = 64;
  private static final Duration FRESH = Duration.ofMinutes(1);

  /** After a problem, so that what was repaired shows soon. */
  private static final Duration FRESH_WITH_PROBLEM = Duration.ofSeconds(10);

  private final PresentState present;
  private final Source source;
  private final Duration patience;
  private final Ticker ticker;
  private final SequencedMap<Key, Kept> known = new LinkedHashMap<>();
  private final Map<Key, Future<Trend>> running = new HashMap<>(); // guarded by known
  private final ThreadPoolExecutor readers =
      new ThreadPoolExecutor(
          0,
          READERS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("prometheus").factory());

  /** Reads a history; blocks. */
  interface Source {
    Trend read(String namespace, int days);
  }

  private record Key(String namespace, int days) {}

  private record Kept(Trend trend, long until) {}

  /**
   * Creates a memory.
   *
   * @param patience longer than the source needs, and shorter than a client of the page waits
   */
  LongMemory(PresentState present, Source source, Duration patience, Ticker ticker) {
    this.present = present;
    this.source = source;
    this.patience = patience;
    this.ticker = ticker;
  }

  @Override
  public Overview overview() {
    return present.overview();
  }

  @Override
  public PathList paths(PathSelection selection) {
    return present.paths(selection);
  }

  @Override
  public NamespaceHistory history(String namespace) {
    return present.history(namespace).withPrometheus();
  }

  @Override
  public Trend trend(String namespace, int days) {
    Key key = new Key(namespace, days);
    Future<Trend> reading;
    synchronized (known) {
      Kept kept = known.get(key);
      if (kept != null && kept.until() - ticker.nanos() > 0) {
        return kept.trend();
      }
      try {
        reading = running.computeIfAbsent(key, _ -> readers.submit(() -> read(key)));
      } catch (RejectedExecutionException _) {
        return unknown(key, "Other histories are being read: the page tries again in ten seconds.");
      }
    }
    return awaited(key, reading);
  }

  /** Reads a history, and keeps it for those who ask next. */
  private Trend read(Key key) {
    try {
      Trend read = source.read(key.namespace(), key.days());
      keep(key, read);
      return read;
    } finally {
      synchronized (known) {
        running.remove(key);
      }
    }
  }

  private void keep(Key key, Trend read) {
    Duration fresh = read.problems().isEmpty() ? FRESH : FRESH_WITH_PROBLEM;
    synchronized (known) {
      known.putLast(key, new Kept(read, ticker.nanos() + fresh.toNanos()));
      if (known.size() > KEPT) {
        known.pollFirstEntry();
      }
    }
  }

  /**
   * Waits for a reader. One that hangs goes on: others wait for the same, and it keeps its result.
   */
  private Trend awaited(Key key, Future<Trend> reading) {
    try {
      return reading.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return unknown(
          key,
          "Prometheus did not answer within "
              + patience.toSeconds()
              + " s; perhaps its name cannot be resolved.");
    } catch (ExecutionException e) {
      throw new IllegalStateException("the history could not be read", e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return unknown(key, "The controller stops.");
    }
  }

  private Trend unknown(Key key, String why) {
    return Trend.unknown(key.namespace(), key.days(), ticker.now(), why);
  }

  /** Ends what is being read. */
  @Override
  public void close() {
    readers.shutdownNow();
  }
}
