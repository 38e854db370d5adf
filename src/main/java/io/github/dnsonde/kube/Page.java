package io.github.dnsonde.kube;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.dnsonde.manifest.Fields;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a page of a list tells beside its objects (Kubernetes documentation, "Retrieving large
 * results sets in chunks").
 *
 * @param version of the whole list: where a watch goes on
 * @param more the token for the page that follows
 */
record Page(String version, Optional<String> more) {

  /** Objects of a page: a page of NetworkPolicies is then some 400 kB. */
  private static final int LIMIT = 250;

  /** Where one page comes from. */
  interface Source {
    Page read(Query query) throws IOException;
  }

  /** Reads a list page by page, and returns the last. */
  static Page last(Query query, Source source) throws IOException {
    Query first = query.listed(LIMIT);
    Page page = source.read(query.mayBeCached() ? first.with("resourceVersion", "0") : first);
    while (page.more().isPresent()) {
      page = source.read(first.with("continue", page.more().get()));
    }
    return page;
  }

  /**
   * Reads a page object by object, so that never more than one of them is in memory.
   *
   * @param sink takes each object
   * @throws IOException or a RuntimeException if this is not a list
   */
  static Page read(Reader text, Consumer<Fields> sink) throws IOException {
    Fields metadata = new JsonFields(new JsonObject());
    JsonReader reader = new JsonReader(text);
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "metadata" ->
            metadata = new JsonFields(JsonParser.parseReader(reader).getAsJsonObject());
        case "items" -> readItems(reader, sink);
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    return new Page(
        metadata.text("resourceVersion").orElse(""),
        metadata.text("continue").filter(token -> !token.isEmpty()));
  }

  private static void readItems(JsonReader reader, Consumer<Fields> sink) throws IOException {
    if (reader.peek() == JsonToken.NULL) { // an empty list, to some servers
      reader.nextNull();
      return;
    }
    reader.beginArray();
    while (reader.hasNext()) {
      if (JsonParser.parseReader(reader) instanceof JsonObject object) {
        sink.accept(new JsonFields(object));
      }
    }
    reader.endArray();
  }
}
