package io.github.dnsonde.kube;

import java.io.IOException;
import okhttp3.ResponseBody;

/** Reads whole lists of objects, on request and page by page. */
final class ObjectLists {

  private final ApiServer server;

  ObjectLists(ApiServer server) {
    this.server = server;
  }

  /** Receives the objects of a list. */
  interface Sink<T> {
    void take(StreamedObject object, Item<T> item);
  }

  /**
   * Reads a list, as new as the server can give it.
   *
   * @throws StatusException if the server refuses
   * @throws IOException if it cannot be read; the message says what
   */
  <T> void read(Query query, Translation<T> translation, Sink<T> sink) throws IOException {
    ListPage.last(query, new Freshness.Latest(), page -> page(page, translation, sink));
  }

  private <T> ListPage page(Query query, Translation<T> translation, Sink<T> sink)
      throws IOException {
    try (ResponseBody body = ApiServer.answer(server.call(query))) {
      return ApiServer.reader(body)
          .page(translation.mask(), object -> sink.take(object, translation.read(object)));
    } catch (RuntimeException unreadable) { // also from the JSON library
      throw new IOException("list of " + query.path() + ": " + unreadable, unreadable);
    }
  }
}
