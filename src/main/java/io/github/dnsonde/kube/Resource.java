package io.github.dnsonde.kube;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
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
   * How objects of one kind are read and kept.
   *
   * @param store makes what they are kept in
   * @param form turns all of them into what others share
   * @param nothing the value while nothing is known, or nothing looked for
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
   * Makes one that is not yet looked for.
   *
   * @param changed is run after each change, by the thread that heard of it
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

  /** From now on follows these; empty: there is nothing to look for. */
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

  /** From now on only the objects of these namespaces are wanted, if the store is such a one. */
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

  /** Whether the value is what a list told, or there is nothing to look for. */
  boolean synced() {
    return synced;
  }

  /** Whether it is looked for at all. */
  synchronized boolean aimed() {
    return aim.isPresent();
  }

  /** Which object cannot be read, and why; empty if all can. */
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
