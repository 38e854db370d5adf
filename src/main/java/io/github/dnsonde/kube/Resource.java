package io.github.dnsonde.kube;

import io.github.dnsonde.probe.Ticker;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One kind of object, followed wherever it is looked for at the moment: a Service's selector may
 * change, and with it which pods are meant. The last known value is kept until there is a newer.
 *
 * @param <T> what one object becomes
 * @param <V> what all of them become, for others to share
 */
final class Resource<T, V> implements AutoCloseable {

  private final ApiServer server;
  private final Timing timing;
  private final Runnable changed;
  private final Standing standing;
  private final Translation<T> translation;
  private final Function<SortedMap<String, T>, V> form;
  private final V nothing;
  private Optional<Query> aim = Optional.empty();
  private @Nullable Reflector<T> reflector;
  private boolean closed;
  private volatile boolean synced;
  private volatile V value;

  /**
   * Makes one that is not yet looked for.
   *
   * @param changed is run after each change, by the thread that heard of it
   * @param nothing the value while nothing is known, or nothing looked for
   */
  Resource(
      String name,
      ApiServer server,
      Timing timing,
      Ticker ticker,
      Runnable changed,
      Translation<T> translation,
      Function<SortedMap<String, T>, V> form,
      V nothing) {
    this.server = server;
    this.timing = timing;
    this.changed = changed;
    this.standing = new Standing(name, ticker);
    this.translation = translation;
    this.form = form;
    this.nothing = nothing;
    this.value = nothing;
  }

  /** From now on follows these; empty: there is nothing to look for. */
  synchronized void aim(Optional<Query> query) {
    boolean sameAsBefore = query.equals(aim) && (synced || reflector != null);
    if (sameAsBefore || closed) {
      return;
    }
    aim = query;
    stop();
    if (query.isPresent()) {
      start(query.get());
    } else {
      value = nothing;
      synced = true;
    }
  }

  private void start(Query query) {
    Reflector<T> next =
        new Reflector<>(server, query, translation, standing, timing, all -> hold(query, all));
    reflector = next;
    next.start();
  }

  private void stop() {
    if (reflector != null) {
      reflector.close();
      reflector = null;
    }
  }

  private void hold(Query query, SortedMap<String, T> objects) {
    synchronized (this) {
      if (closed || !aim.equals(Optional.of(query))) {
        return;
      }
      value = form.apply(objects);
      synced = true;
    }
    changed.run();
  }

  V value() {
    return value;
  }

  /** Whether the value is what a list told, or there is nothing to look for. */
  boolean synced() {
    return synced;
  }

  /** Whether it is looked for at all. */
  synchronized boolean aimed() {
    return aim.isPresent();
  }

  Optional<Instant> lastHeard() {
    return standing.lastHeard();
  }

  Standing standing() {
    return standing;
  }

  @Override
  public synchronized void close() {
    closed = true;
    stop();
  }
}
