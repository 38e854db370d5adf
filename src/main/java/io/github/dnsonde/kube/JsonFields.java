package io.github.dnsonde.kube;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.dnsonde.manifest.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON object. */
record JsonFields(JsonObject json) implements Fields {

  @Override
  public boolean has(String name) {
    return json.has(name) && !json.get(name).isJsonNull();
  }

  @Override
  public Set<String> names() {
    return json.keySet();
  }

  @Override
  public Optional<String> text(String name) {
    return primitive(name).filter(JsonPrimitive::isString).map(JsonPrimitive::getAsString);
  }

  @Override
  public Optional<Integer> number(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isNumber)
        .map(number -> number.getAsBigDecimal().intValueExact());
  }

  @Override
  public Optional<Boolean> flag(String name) {
    return primitive(name).filter(JsonPrimitive::isBoolean).map(JsonPrimitive::getAsBoolean);
  }

  @Override
  public Optional<String> literal(String name) {
    return primitive(name)
        .filter(value -> value.isString() || value.isNumber())
        .map(JsonPrimitive::getAsString);
  }

  @Override
  public List<String> literals(String name) {
    return elements(name)
        .filter(JsonPrimitive.class::isInstance)
        .map(JsonElement::getAsJsonPrimitive)
        .filter(value -> value.isString() || value.isNumber())
        .map(JsonPrimitive::getAsString)
        .toList();
  }

  @Override
  public Fields object(String name) {
    return new JsonFields(json.get(name) instanceof JsonObject object ? object : new JsonObject());
  }

  @Override
  public Stream<Fields> objects(String name) {
    return elements(name)
        .filter(element -> element.isJsonObject() || element.isJsonNull())
        .map(element -> element.isJsonNull() ? new JsonObject() : element.getAsJsonObject())
        .map(JsonFields::new);
  }

  @Override
  public List<String> texts(String name) {
    return elements(name)
        .filter(element -> isText(element) || element.isJsonNull())
        .map(JsonFields::textOf)
        .toList();
  }

  @Override
  public boolean isList(String name) {
    return json.get(name) instanceof JsonArray;
  }

  @Override
  public int size(String name) {
    return json.get(name) instanceof JsonArray array ? array.size() : 0;
  }

  @Override
  public Map<String, String> map(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (json.get(name) instanceof JsonObject object) {
      object
          .entrySet()
          .forEach(entry -> texts.put(entry.getKey().intern(), textOf(entry.getValue()).intern()));
    }
    return texts;
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
}
