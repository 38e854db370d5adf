package io.github.dnsonde.kube;

import com.google.gson.JsonParser;
import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Follows the objects of one query: lists them page by page, then watches from the version that the
 * list had, and after each end of a watch goes on from the last version it heard of (Kubernetes
 * documentation, "Efficient detection of changes"). One virtual thread does it all; what it calls
 * must be quick.
 *
 * @param <T> what an object becomes
 */
final class Reflector<T> implements AutoCloseable {

  private final ApiServer server;
  private final Query query;
  private final Translation<T> translation;
  private final Standing standing;
  private final Timing timing;
  private final Consumer<SortedMap<String, T>> sink;
  private final Backoff backoff;
  private final Thread thread;
  private SortedMap<String, T> objects = new TreeMap<>();
  private Optional<String> version = Optional.empty();
  private boolean listed;
  private volatile @Nullable Call call;
  private volatile boolean closed;

  /**
   * Begins to follow.
   *
   * @param sink is given all objects, by namespace and name, after the first list and after each
   *     change of what they became; it may keep none of the map
   */
  Reflector(
      ApiServer server,
      Query query,
      Translation<T> translation,
      Standing standing,
      Timing timing,
      Consumer<SortedMap<String, T>> sink) {
    this.server = server;
    this.query = query;
    this.translation = translation;
    this.standing = standing;
    this.timing = timing;
    this.sink = sink;
    this.backoff = new Backoff(timing, ThreadLocalRandom::current);
    this.thread = Thread.ofVirtual().name("kube-" + standing.resource()).unstarted(this::run);
  }

  void start() {
    thread.start();
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
    try {
      if (version.isEmpty()) {
        list();
      }
      watch(version.orElse(""));
    } catch (IOException | RuntimeException failure) {
      if (!closed) {
        note(failure);
        Thread.sleep(backoff.next());
      }
    }
  }

  private void note(Exception failure) {
    if (failure instanceof StatusException refusal && refusal.wantsNewList(version.isEmpty())) {
      version = Optional.empty();
      standing.relisted(failure);
    } else {
      standing.failed(failure);
    }
  }

  private void list() throws IOException {
    SortedMap<String, T> fresh = new TreeMap<>();
    long asked = standing.nanos();
    version = Optional.of(Page.last(query, each -> page(each, fresh)).version());
    if (!listed || !fresh.equals(objects)) {
      objects = fresh;
      listed = true;
      sink.accept(objects);
    }
    standing.currentAsOf(asked);
  }

  private Page page(Query query, SortedMap<String, T> into) throws IOException {
    try (ResponseBody body = answer(query)) {
      Page page = Page.read(body.charStream(), object -> read(object, into));
      standing.well();
      return page;
    }
  }

  private ResponseBody answer(Query query) throws IOException {
    Call next = server.call(query);
    call = next;
    if (closed) {
      next.cancel(); // whoever closed may have seen the one before
    }
    return ApiServer.answer(next);
  }

  private void read(Fields object, SortedMap<String, T> into) {
    String key = key(object);
    try {
      into.put(key, translation.read(object));
    } catch (RuntimeException why) {
      into.remove(key);
      standing.unreadable(key, why);
    }
  }

  private static String key(Fields object) {
    Fields metadata = object.object("metadata");
    String name = metadata.text("name").orElse("");
    return metadata.text("namespace").map(namespace -> namespace + "/" + name).orElse(name);
  }

  private void watch(String from) throws IOException {
    long began = System.nanoTime();
    boolean silent = true;
    try (ResponseBody body = answer(query.watched(from, seconds()))) {
      standing.heard();
      BufferedSource lines = body.source();
      for (String line = lines.readUtf8Line(); line != null; line = lines.readUtf8Line()) {
        take(new JsonFields(JsonParser.parseString(line).getAsJsonObject()));
        silent = false;
      }
    }
    if (silent && System.nanoTime() - began < timing.firstPause().toNanos()) {
      throw new IOException("the server ended a watch at once");
    }
  }

  private long seconds() {
    long least = timing.watch().toSeconds();
    return ThreadLocalRandom.current().nextLong(least, 2 * least + 1);
  }

  /** Takes one event (Kubernetes API concepts, "WatchEvent"). */
  private void take(Fields event) throws IOException {
    Fields object = event.object("object");
    switch (event.text("type").orElse("")) {
      case "ADDED", "MODIFIED" -> change(object, true);
      case "DELETED" -> change(object, false);
      case "BOOKMARK" -> {
        heardOf(object);
        standing.currentAsOf(standing.nanos());
      }
      case "ERROR" -> throw StatusException.of(0, object);
      default -> {
        // younger than this program: the version that comes next is told with the next event
      }
    }
    standing.well();
    backoff.reset();
  }

  private void change(Fields object, boolean there) {
    String key = key(object);
    T before = objects.get(key);
    if (there) {
      read(object, objects);
    } else {
      objects.remove(key);
    }
    heardOf(object);
    if (!Objects.equals(before, objects.get(key))) {
      sink.accept(objects);
    }
  }

  private void heardOf(Fields object) {
    object.object("metadata").text("resourceVersion").ifPresent(now -> version = Optional.of(now));
  }
}
