package io.github.dnsonde.kube;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, by name. A field that is absent, null or of another type than
 * asked for counts as absent: servers may be older or younger than this program.
 */
record Fields(JsonObject json) {

  boolean has(String name) {
    return json.has(name) && !json.get(name).isJsonNull();
  }

  Optional<String> text(String name) {
    return primitive(name).filter(JsonPrimitive::isString).map(JsonPrimitive::getAsString);
  }

  /** A text that many objects have, such as a namespace: one and the same for all of them. */
  Optional<String> word(String name) {
    return text(name).map(String::intern);
  }

  /**
   * A whole number.
   *
   * @throws ArithmeticException if it does not fit
   */
  Optional<Integer> number(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isNumber)
        .map(number -> number.getAsBigDecimal().intValueExact());
  }

  Optional<Boolean> flag(String name) {
    return primitive(name).filter(JsonPrimitive::isBoolean).map(JsonPrimitive::getAsBoolean);
  }

  /** A time as the API writes it (RFC 3339). */
  Optional<Instant> time(String name) {
    return text(name).flatMap(Fields::instant);
  }

  /** An object without fields where there is none. */
  Fields object(String name) {
    return new Fields(json.get(name) instanceof JsonObject object ? object : new JsonObject());
  }

  Stream<Fields> objects(String name) {
    return elements(name)
        .filter(JsonElement::isJsonObject)
        .map(element -> new Fields(element.getAsJsonObject()));
  }

  List<String> texts(String name) {
    return elements(name).filter(Fields::isText).map(JsonElement::getAsString).toList();
  }

  /** Keys and texts, as {@link #word}; null is the empty text, as it is to programs in Go. */
  Map<String, String> map(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    object(name)
        .json()
        .entrySet()
        .forEach(entry -> texts.put(entry.getKey().intern(), textOf(entry.getValue()).intern()));
    return texts;
  }

  /** The objects of a list that have a text in a field. */
  Stream<Fields> objects(String name, String field, Predicate<String> wanted) {
    return objects(name).filter(object -> object.text(field).filter(wanted).isPresent());
  }

  /** One of a status's conditions, if it is so (Kubernetes API reference, Condition). */
  Optional<Fields> condition(String type, String status) {
    return objects("conditions", "type", type::equals)
        .filter(condition -> condition.text("status").filter(status::equals).isPresent())
        .findFirst();
  }

  private Optional<JsonPrimitive> primitive(String name) {
    return json.get(name) instanceof JsonPrimitive primitive
        ? Optional.of(primitive)
        : Optional.empty();
  }

  private Stream<JsonElement> elements(String name) {
    return json.get(name) instanceof JsonArray array ? array.asList().stream() : Stream.empty();
  }

  private static boolean isText(@Nullable JsonElement element) {
    return element instanceof JsonPrimitive primitive && primitive.isString();
  }

  private static String textOf(JsonElement element) {
    return isText(element) ? element.getAsString() : "";
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
