package io.github.dnsonde.log;

import com.google.gson.JsonObject;
import io.github.dnsonde.probe.SafeText;

/** One JSON object (RFC 8259) on one line. */
final class Json {

  private Json() {}

  static String text(Line line) {
    JsonObject object = new JsonObject();
    line.fields()
        .forEach(
            (name, value) -> {
              if (value instanceof Long number) {
                object.addProperty(name, number);
              } else {
                object.addProperty(name, value.toString());
              }
            });
    return SafeText.json(object.toString());
  }
}
