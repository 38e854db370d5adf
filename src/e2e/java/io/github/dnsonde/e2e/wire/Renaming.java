package io.github.dnsonde.e2e.wire;

import static io.github.dnsonde.e2e.wire.WrittenCase.NAME_LABEL;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Translates a case's policies for a cluster where its namespaces and addresses are different.
 *
 * @param namespaces the mapping of namespaces to their names here
 * @param addresses the addresses here, by those of the case; others stay
 */
record Renaming(UnaryOperator<String> namespaces, Map<String, String> addresses) {

  /** Returns the translated policy. */
  JsonObject in(JsonObject object) {
    boolean byName = new JsonPrimitive(NAME_LABEL).equals(object.get("key"));
    JsonObject renamed = new JsonObject();
    object
        .entrySet()
        .forEach(
            field -> renamed.add(field.getKey(), in(field.getKey(), field.getValue(), byName)));
    return renamed;
  }

  private JsonElement in(String name, JsonElement value, boolean byName) {
    return switch (name) {
      case NAME_LABEL, "namespace" -> each(value, namespaces);
      case "values" -> byName ? each(value, namespaces) : value;
      case "cidr", "except" -> each(value, this::block);
      default -> inside(value);
    };
  }

  private JsonElement inside(JsonElement value) {
    return switch (value) {
      case JsonObject object -> in(object);
      case JsonArray array -> {
        JsonArray renamed = new JsonArray();
        array.forEach(item -> renamed.add(inside(item)));
        yield renamed;
      }
      default -> value;
    };
  }

  private static JsonElement each(JsonElement value, UnaryOperator<String> name) {
    return switch (value) {
      case JsonArray array -> {
        JsonArray renamed = new JsonArray();
        array.forEach(item -> renamed.add(each(item, name)));
        yield renamed;
      }
      case JsonPrimitive text -> new JsonPrimitive(name.apply(text.getAsString()));
      default -> value;
    };
  }

  private String block(String block) {
    int slash = block.indexOf('/');
    String address = slash < 0 ? block : block.substring(0, slash);
    return addresses.getOrDefault(address, address) + block.substring(address.length());
  }
}
