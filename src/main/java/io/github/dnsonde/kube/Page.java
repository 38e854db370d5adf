package io.github.dnsonde.kube;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
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

  /**
   * Reads a page object by object, so that never more than one of them is in memory.
   *
   * @param sink takes each object
   * @throws IOException or a RuntimeException if this is not a list
   */
  static Page read(Reader text, Consumer<Fields> sink) throws IOException {
    Fields metadata = new Fields(new JsonObject());
    JsonReader reader = new JsonReader(text);
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "metadata" -> metadata = new Fields(JsonParser.parseReader(reader).getAsJsonObject());
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
        sink.accept(new Fields(object));
      }
    }
    reader.endArray();
  }
}
