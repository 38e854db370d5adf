package io.github.dnsonde.kube;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of one query: lists them page by page, then watches from the version that the
 * list had, and after each end of a watch goes on from the last version it heard of (Kubernetes
 * documentation, "Efficient detection of changes"). One virtual thread does it all; what it calls
 * must be quick.
 *
 * <p>A namespace that is wanted later is listed by itself, not older than the last version heard
 * of; then the watch goes on from that version. It may tell again what the list had told, and for a
 * moment things look as they were before, but the last word is right.
 *
 * @param <T> what an object becomes
 */
final class Reflector<T> implements AutoCloseable {

  private final ApiServer server;
  private final Query query;
  private final Translation<T> translation;
  private final Store<T> store;
  private final WatchHealth watchHealth;
  private final Timing timing;
  private final Consumer<Contents<T>> sink;
  private final Backoff backoff;
  private final Thread thread;

  /** Empty: there must be a list first. */
  private Optional<String> version = Optional.empty();

  /** The last one heard of, even if the server has forgotten it since. */
  private Optional<String> known = Optional.empty();

  private boolean listed;
  private boolean refused;
  private volatile @Nullable Call call;
  private volatile @Nullable Call watching;
  private volatile boolean turned;
  private volatile boolean closed;

  /**
   * Begins to follow.
   *
   * @param store where the objects are kept
   * @param sink is given all objects, after the first list and after each change of what they
   *     became
   */
  Reflector(
      ApiServer server,
      Query query,
      Translation<T> translation,
      Store<T> store,
      WatchHealth watchHealth,
      Timing timing,
      Consumer<Contents<T>> sink) {
    this.server = server;
    this.query = query;
    this.translation = translation;
    this.store = store;
    this.watchHealth = watchHealth;
    this.timing = timing;
    this.sink = sink;
    this.backoff = new Backoff(timing, ThreadLocalRandom::current);
    this.thread =
        Thread.ofVirtual().name("kube-" + watchHealth.resource().label()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** The store wants other namespaces: those that are new are listed soon. May be called by any. */
  void turn() {
    turned = true;
    Call running = watching;
    if (running != null) {
      running.cancel();
    }
  }

  /** Ends it soon; does not wait for the end. */
  @Override
  public void close() {
    closed = true;
    Call running = call;
    if (running != null) {
      running.cancel();
    }
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        follow();
      }
    } catch (InterruptedException _) {
      // closed while it paused
    }
  }

  private void follow() throws InterruptedException {
    turned = false;
    try {
      if (version.isEmpty()) {
        list();
      }
      complete();
      watch(version.orElse(""));
    } catch (IOException | RuntimeException failure) {
      if (!closed && !turned) {
        note(failure);
        Thread.sleep(backoff.next());
      }
    }
  }

  private void note(Exception failure) {
    if (failure instanceof StatusException refusal && refusal.wantsNewList(version.isEmpty())) {
      version = Optional.empty();
      watchHealth.relisted(failure);
    } else {
      watchHealth.failed(failure);
    }
  }

  private void list() throws IOException {
    long asked = watchHealth.nanos();
    Store<T>.Listing listing = store.list();
    try {
      String now = ListPage.last(query, freshness(), each -> page(each, listing)).version();
      version = Optional.of(now);
      known = version;
      refused = false;
    } catch (StatusException refusal) {
      refused = true;
      throw refusal;
    }
    listing.done();
    if (!listed || store.isDirty()) {
      listed = true;
      sink.accept(store.contents());
    }
    watchHealth.currentAsOf(asked);
  }

  /**
   * What was heard of must not be forgotten; a server that has not come so far yet is passed by.
   */
  private Freshness freshness() {
    if (!query.mayBeCached() || (refused && known.isPresent())) {
      return new Freshness.Latest();
    }
    return known.<Freshness>map(Freshness.NotOlderThan::new).orElseGet(Freshness.Any::new);
  }

  /** Lists the namespaces that have become wanted. */
  private void complete() throws IOException {
    store.trim();
    Optional<Store.Part> missing = store.missing();
    while (missing.isPresent()) {
      list(missing.get());
      missing = store.missing();
    }
    publish();
  }

  private void list(Store.Part part) throws IOException {
    Store<T>.Listing listing = store.list(part.namespace());
    try {
      ListPage.last(
          part.query(),
          refused ? new Freshness.Latest() : new Freshness.NotOlderThan(version.orElse("")),
          each -> page(each, listing));
      refused = false;
    } catch (StatusException refusal) {
      refused = true;
      throw new IOException(refusal.getMessage(), refusal); // no reason to list all again
    }
    listing.done();
  }

  private ListPage page(Query query, Store<T>.Listing into) throws IOException {
    try (ResponseBody body = answer(query)) {
      ListPage listPage =
          ApiServer.reader(body)
              .page(
                  translation.mask(),
                  object -> {
                    if (into.takes(object.key())) {
                      into.put(object.key(), read(object));
                    }
                  });
      watchHealth.well();
      return listPage;
    }
  }

  private ResponseBody answer(Query query) throws IOException {
    return ApiServer.answer(prepared(query));
  }

  private Call prepared(Query query) throws IOException {
    Call next = server.call(query);
    call = next;
    if (closed) {
      next.cancel(); // whoever closed may have seen the one before
    }
    return next;
  }

  private Item<T> read(StreamedObject object) {
    Item<T> item = translation.read(object);
    if (item instanceof Item.Unread<T>(String why, _)) {
      watchHealth.unreadable(object.key(), why);
    }
    return item;
  }

  private void watch(String from) throws IOException {
    long began = System.nanoTime();
    Call next = prepared(query.watched(from, seconds()));
    watching = next;
    try {
      if (store.lacksAny()) {
        return; // whoever turned may not have seen this call
      }
      boolean silent = follow(next);
      if (silent && System.nanoTime() - began < timing.firstPause().toNanos()) {
        throw new IOException("the server ended a watch at once");
      }
      store.reconsider();
    } finally {
      watching = null;
    }
  }

  /** Takes events until the watch ends, and tells whether there was none. */
  private boolean follow(Call watch) throws IOException {
    try (ResponseBody body = ApiServer.answer(watch)) {
      watchHealth.heard();
      ObjectReader events = ApiServer.readerOfSeveral(body);
      boolean silent = true;
      Optional<StreamedEvent> event = events.event(translation.mask());
      while (event.isPresent()) {
        take(event.get());
        silent = false;
        event = events.event(translation.mask());
      }
      return silent;
    }
  }

  private long seconds() {
    long least = timing.watch().toSeconds();
    return ThreadLocalRandom.current().nextLong(least, 2 * least + 1);
  }

  /** Takes one event (Kubernetes API concepts, "WatchEvent"). */
  private void take(StreamedEvent event) throws IOException {
    StreamedObject object = event.object();
    switch (event.type()) {
      case "ADDED", "MODIFIED" -> change(object, true);
      case "DELETED" -> change(object, false);
      case "BOOKMARK" -> {
        heardOf(object);
        watchHealth.currentAsOf(watchHealth.nanos());
      }
      case "ERROR" -> throw StatusException.of(0, object.fields());
      default -> {
        // younger than this program: the version that comes next is told with the next event
      }
    }
    watchHealth.well();
    backoff.reset();
  }

  private void change(StreamedObject object, boolean there) {
    store.trim();
    if (!there) {
      store.remove(object.key());
    } else if (store.takes(object.key())) {
      store.put(object.key(), read(object));
    }
    heardOf(object);
    publish();
  }

  private void publish() {
    if (listed && store.isDirty()) {
      sink.accept(store.contents());
    }
  }

  private void heardOf(StreamedObject object) {
    object
        .version()
        .ifPresent(
            now -> {
              version = Optional.of(now);
              known = version;
            });
  }
}
