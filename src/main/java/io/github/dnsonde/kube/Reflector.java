package io.github.dnsonde.kube;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of one query. It lists them page by page, then watches from the version of
 * the list. After each end of a watch, it continues from the last version that it has seen
 * (Kubernetes documentation, "Efficient detection of changes"). One virtual thread does all of
 * this, so everything that it calls must be quick.
 *
 * <p>A namespace that is wanted later is listed by itself, not older than the last version seen.
 * Then the watch continues from that version. It may repeat what the list contained, so objects may
 * briefly look as before, but the final state is right.
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

  /** The version to watch from; empty if a list must come first. */
  private Optional<String> version = Optional.empty();

  /** The last version seen, even if the server has forgotten it since. */
  private Optional<String> known = Optional.empty();

  private boolean listed;
  private boolean refused;
  private volatile @Nullable Call call;
  private volatile @Nullable Call watching;
  private volatile boolean turned;
  private volatile boolean closed;

  /**
   * Starts to follow the objects.
   *
   * @param store holds the objects
   * @param sink receives all objects, after the first list and after each change of their records
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

  /**
   * Notes that the store wants other namespaces: new ones are listed soon. Any thread may call it.
   */
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
      // closed during the pause
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
   * Versions that were seen must not be undone. If a server has not reached them yet, another may
   * have.
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
      throw new IOException(refusal.getMessage(), refusal); // no reason to list everything again
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
      watchHealth.healthy();
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
      next.cancel(); // a thread that closed may have seen the previous call
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
        return; // a thread that called turn may not have seen this call
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

  /** Takes events until the watch ends, and returns true if there was none. */
  private boolean follow(Call watch) throws IOException {
    try (ResponseBody body = ApiServer.answer(watch)) {
      watchHealth.contacted();
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
        received(object);
        watchHealth.currentAsOf(watchHealth.nanos());
      }
      case "ERROR" -> throw StatusException.of(0, object.fields());
      default -> {
        // newer than this program: the next event has the next version
      }
    }
    watchHealth.healthy();
    backoff.reset();
  }

  private void change(StreamedObject object, boolean there) {
    store.trim();
    if (!there) {
      store.remove(object.key());
    } else if (store.takes(object.key())) {
      store.put(object.key(), read(object));
    }
    received(object);
    publish();
  }

  private void publish() {
    if (listed && store.isDirty()) {
      sink.accept(store.contents());
    }
  }

  private void received(StreamedObject object) {
    object
        .version()
        .ifPresent(
            now -> {
              version = Optional.of(now);
              known = version;
            });
  }
}
