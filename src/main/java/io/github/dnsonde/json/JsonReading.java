package io.github.dnsonde.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Reader;
import java.time.DateTimeException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** Helpers that read an agent's JSON. */
final class JsonReading {

  private static final int LONGEST_MESSAGE = 200;

  private JsonReading() {}

  /**
   * Reads one object.
   *
   * @param what the expected kind of object, for the error
   * @throws IOException if it cannot be read or has another structure
   */
  static <T> T of(Reader in, String what, Function<JsonObject, T> read) throws IOException {
    return structured(what, () -> read.apply(JsonParser.parseReader(in).getAsJsonObject()));
  }

  /** Reads the next of several objects. */
  static <T> T next(JsonReader in, String what, Function<JsonObject, T> read) throws IOException {
    return structured(what, () -> read.apply(JsonParser.parseReader(in).getAsJsonObject()));
  }

  private static <T> T structured(String what, Supplier<T> read) throws IOException {
    try {
      return read.get();
    } catch (JsonParseException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException
        | DateTimeException
        | UnsupportedOperationException
        | NullPointerException e) { // gson throws these for another structure
      throw new IOException(
          "received JSON is not a "
              + what
              + ": "
              + SafeText.part(String.valueOf(e.getMessage()), LONGEST_MESSAGE),
          e);
    }
  }

  static <T> List<T> all(JsonObject json, String name, Function<JsonObject, T> read) {
    return elements(json, name, element -> read.apply(element.getAsJsonObject()));
  }

  static List<String> texts(JsonObject json, String name) {
    return elements(json, name, JsonElement::getAsString);
  }

  static String text(JsonObject json, String name) {
    return json.get(name).getAsString();
  }

  static Optional<String> optionalText(JsonObject json, String name) {
    return Optional.of(json.get(name))
        .filter(text -> !text.isJsonNull())
        .map(JsonElement::getAsString);
  }

  /** Reads a constant by its label, which is its name in lower case. */
  static <E extends Enum<E>> E word(JsonObject json, String name, Class<E> type) {
    return word(text(json, name), type);
  }

  static <E extends Enum<E>> E word(String label, Class<E> type) {
    return Enum.valueOf(type, label.toUpperCase(Locale.ROOT));
  }

  private static <T> List<T> elements(JsonObject json, String name, Function<JsonElement, T> read) {
    return StreamSupport.stream(json.getAsJsonArray(name).spliterator(), false).map(read).toList();
  }
}
