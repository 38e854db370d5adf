package io.github.dnsonde.lint;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Writer;

/** For programs: {@code {"findings": […], "errors": […], "summary": {…}}}. */
final class JsonReport {

  private JsonReport() {}

  static void write(Report report, Writer out) throws IOException {
    JsonWriter json = open(out);
    json.beginObject();
    json.name("findings").beginArray();
    for (Finding each : report.findings()) {
      finding(json, each);
    }
    json.endArray();
    json.name("errors").beginArray();
    for (Mistake each : report.mistakes()) {
      json.beginObject();
      place(json, each.place());
      json.name("message").value(each.says());
      json.endObject();
    }
    json.endArray();
    summary(json.name("summary"), report);
    json.endObject();
    json.flush();
    out.write('\n');
  }

  /** Indented, and never with what only looks like JSON. */
  static JsonWriter open(Writer out) {
    JsonWriter json = new JsonWriter(SafeText.json(out));
    json.setFormattingStyle(FormattingStyle.PRETTY);
    json.setHtmlSafe(false);
    return json;
  }

  private static void finding(JsonWriter json, Finding finding) throws IOException {
    json.beginObject();
    json.name("rule").value(finding.rule().id());
    json.name("severity").value(finding.rule().severity().label());
    place(json, finding.place());
    json.name("namespace").value(finding.policy().namespace());
    json.name("policy").value(finding.policy().name());
    json.name("message").value(finding.says());
    json.name("fingerprint").value(finding.fingerprint());
    if (finding.mending().isPresent()) {
      json.name("mending").value(finding.mending().get());
    }
    json.endObject();
  }

  private static void place(JsonWriter json, Place place) throws IOException {
    json.name("file").value(place.file());
    json.name("line").value(place.line());
  }

  private static void summary(JsonWriter json, Report report) throws IOException {
    json.beginObject();
    json.name("files").value(report.files());
    json.name("policies").value(report.policies());
    for (Severity each : Severity.values()) {
      json.name(each.label()).value(report.count(each));
    }
    json.name("ignored").value(report.ignored());
    json.name("baseline").value(report.known());
    json.endObject();
  }
}
