package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.overview.IncidentEntry;
import io.github.dnsonde.overview.PolicySight;
import io.github.dnsonde.overview.Timeline;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.time.Instant;

/**
 * A timeline as JSON. Written by the agent and the controller, and read back by the commands that
 * query them.
 */
public final class TimelineJson {

  private TimelineJson() {}

  /** Writes a timeline, compact. */
  public static void write(Timeline timeline, Writer out) throws IOException {
    write(timeline, FormattingStyle.COMPACT, out);
  }

  /** Writes a timeline indented for people, with a line feed at its end. */
  public static void writePretty(Timeline timeline, Writer out) throws IOException {
    write(timeline, FormattingStyle.PRETTY, out);
    out.write('\n');
    out.flush();
  }

  private static void write(Timeline timeline, FormattingStyle style, Writer out)
      throws IOException {
    JsonWriter json = JsonWriting.open(out, style);
    json.beginObject();
    json.name("subject").value(timeline.subject());
    json.name("at").value(timeline.at().toString());
    json.name("completeFrom").value(timeline.completeFrom().toString());
    json.name("policies").value(timeline.policies().label());
    json.name("entries").beginArray();
    for (IncidentEntry entry : timeline.entries()) {
      json.beginObject();
      json.name("at").value(entry.at().toString());
      json.name("kind").value(entry.kind().label());
      JsonWriting.texts(json.name("namespaces"), entry.namespaces());
      json.name("text").value(entry.text());
      json.endObject();
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  /**
   * Reads a timeline back.
   *
   * @throws IOException if it cannot be read or is something else; the message states the reason
   */
  public static Timeline read(Reader in) throws IOException {
    return JsonReading.of(
        in,
        "timeline",
        root ->
            new Timeline(
                JsonReading.text(root, "subject"),
                Instant.parse(JsonReading.text(root, "at")),
                Instant.parse(JsonReading.text(root, "completeFrom")),
                policies(root),
                JsonReading.all(root, "entries", TimelineJson::entry)));
  }

  /** Agents of earlier versions do not have it; they watch policies. */
  private static PolicySight policies(JsonObject root) {
    return root.has("policies")
        ? JsonReading.word(root, "policies", PolicySight.class)
        : PolicySight.ALWAYS;
  }

  private static IncidentEntry entry(JsonObject json) {
    return new IncidentEntry(
        Instant.parse(JsonReading.text(json, "at")),
        JsonReading.word(json, "kind", IncidentEntry.Kind.class),
        JsonReading.texts(json, "namespaces"),
        JsonReading.text(json, "text"));
  }
}
