package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Server;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;

/** Helpers that write parts which several documents share. */
final class JsonWriting {

  private JsonWriting() {}

  static JsonWriter open(Writer out, FormattingStyle style) {
    JsonWriter json = new JsonWriter(SafeText.json(out));
    json.setStrictness(Strictness.STRICT);
    json.setFormattingStyle(style);
    return json;
  }

  static void server(JsonWriter json, Server server) throws IOException {
    json.beginObject();
    json.name("name").value(server.name());
    json.name("address").value(Addresses.text(server.address()));
    json.name("port").value(server.port());
    json.endObject();
  }

  static void text(JsonWriter json, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.value(value.get());
    } else {
      json.nullValue();
    }
  }
}
