package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.ResolverSettings;
import io.github.dnsonde.probe.SafeText;
import io.github.dnsonde.probe.Server;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

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

  static void texts(JsonWriter json, List<String> all) throws IOException {
    json.beginArray();
    for (String text : all) {
      json.value(text);
    }
    json.endArray();
  }

  /** Writes seconds as plain digits, never with an exponent, because people also read them. */
  static void seconds(JsonWriter json, Duration duration) throws IOException {
    plain(json, BigDecimal.valueOf(duration.toNanos(), 9));
  }

  /** Writes a number with at most six digits after the point, rounded down: it may be a limit. */
  static void decimal(JsonWriter json, double value) throws IOException {
    plain(json, BigDecimal.valueOf(value).setScale(6, RoundingMode.DOWN));
  }

  private static void plain(JsonWriter json, BigDecimal number) throws IOException {
    json.jsonValue(number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString());
  }

  static void text(JsonWriter json, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.value(value.get());
    } else {
      json.nullValue();
    }
  }

  static void reasons(JsonWriter json, SortedMap<Reason, Integer> reasons) throws IOException {
    json.beginObject();
    for (Map.Entry<Reason, Integer> reason : reasons.entrySet()) {
      json.name(reason.getKey().label()).value(reason.getValue());
    }
    json.endObject();
  }

  /** Writes nameservers, search list and options, as in resolv.conf. */
  static void settings(JsonWriter json, ResolverSettings settings) throws IOException {
    json.beginObject();
    texts(json.name("nameservers"), settings.nameservers().stream().map(Addresses::text).toList());
    texts(json.name("search"), settings.search());
    texts(json.name("options"), settings.options());
    json.endObject();
  }
}
