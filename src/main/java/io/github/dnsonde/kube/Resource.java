package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One kind of object, followed by a query that may change: a Service's selector may change, and
 * with it the relevant pods. The last known value is kept until a newer one exists.
 *
 * @param <T> the record of one object
 * @param <V> the value made of all of them, for others to share
 */
final class Resource<T, V> implements AutoCloseable {

  private final ApiServer server;
  private final Timing timing;
  private final Runnable changed;
  private final WatchHealth watchHealth;
  private final Kind<T, V> kind;
  private Optional<Query> aim = Optional.empty();
  private Set<String> wanted = Set.of();
  private @Nullable Following<T> following;
  private boolean closed;
  private volatile boolean synced;
  private volatile V value;
  private volatile Optional<String> unread = Optional.empty();

  /**
   * The way to read and keep objects of one kind.
   *
   * @param store creates the store of the objects
   * @param form turns all objects into the shared value
   * @param nothing the value while nothing is known, or no query is set
   */
  record Kind<T, V>(
      Translation<T> translation,
      Supplier<Store<T>> store,
      Function<Contents<T>, V> form,
      V nothing) {
    public Kind {
      requireNonNull(translation, "translation is null");
      requireNonNull(store, "store is null");
      requireNonNull(form, "form is null");
      requireNonNull(nothing, "nothing is null");
    }
  }

  private record Following<T>(Store<T> store, Reflector<T> reflector) {}

  /**
   * Creates a resource without a query.
   *
   * @param changed run after each change, by the thread that received it
   */
  Resource(
      WatchHealth watchHealth, ApiServer server, Timing timing, Runnable changed, Kind<T, V> kind) {
    this.watchHealth = watchHealth;
    this.server = server;
    this.timing = timing;
    this.changed = changed;
    this.kind = kind;
    this.value = kind.nothing();
  }

  /** Sets the query to follow; empty if there is nothing to follow. */
  synchronized void aim(Optional<Query> query) {
    boolean sameAsBefore = query.equals(aim) && (synced || following != null);
    if (sameAsBefore || closed) {
      return;
    }
    aim = query;
    stop();
    if (query.isPresent()) {
      start(query.get());
    } else {
      value = kind.nothing();
      unread = Optional.empty();
      synced = true;
    }
  }

  private void start(Query query) {
    Store<T> store = kind.store().get();
    store.want(wanted);
    Reflector<T> reflector =
        new Reflector<>(
            server, query, kind.translation(), store, watchHealth, timing, all -> hold(query, all));
    following = new Following<>(store, reflector);
    reflector.start();
  }

  /** Sets the namespaces whose objects are wanted, if the store is divided by namespace. */
  synchronized void want(Set<String> namespaces) {
    boolean more = !wanted.containsAll(namespaces);
    wanted = Set.copyOf(namespaces);
    Following<T> present = following;
    if (present != null) {
      present.store().want(wanted);
      if (more) {
        present.reflector().turn();
      }
    }
  }

  private void stop() {
    Following<T> present = following;
    if (present != null) {
      present.reflector().close();
      following = null;
    }
  }

  private void hold(Query query, Contents<T> contents) {
    synchronized (this) {
      if (closed || !aim.equals(Optional.of(query))) {
        return;
      }
      value = kind.form().apply(contents);
      unread = contents.trouble();
      synced = true;
    }
    changed.run();
  }

  V value() {
    return value;
  }

  /** Returns true if the value comes from a list, or there is no query. */
  boolean synced() {
    return synced;
  }

  /** Returns true if there is a query. */
  synchronized boolean aimed() {
    return aim.isPresent();
  }

  /** The object that cannot be read, with the reason; empty if all can. */
  Optional<String> unread() {
    return unread;
  }

  Optional<Instant> lastHeard() {
    return watchHealth.lastHeard();
  }

  WatchHealth standing() {
    return watchHealth;
  }

  @Override
  public synchronized void close() {
    closed = true;
    stop();
  }
}
