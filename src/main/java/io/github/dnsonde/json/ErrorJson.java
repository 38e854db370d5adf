package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An error as JSON. */
public final class ErrorJson {

  private ErrorJson() {}

  /** Returns {@code {"error":"…"}}. */
  public static String of(String message) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = JsonWriting.open(text, FormattingStyle.COMPACT)) {
      json.beginObject().name("error").value(message).endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never thrown by a StringWriter
    }
    return text.toString();
  }
}
