package io.github.dnsonde.lint;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.change.PathChange;
import io.github.dnsonde.change.WorkloadChange;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * A report for programs: {@code {"findings": […], "errors": […], "units": […], "summary": {…}}}.
 */
final class JsonReport {

  private JsonReport() {}

  static void write(Report report, Writer out) throws IOException {
    JsonWriter json = open(out);
    json.beginObject();
    json.name("findings").beginArray();
    for (Violation each : report.findings()) {
      finding(json, each);
    }
    json.endArray();
    json.name("errors").beginArray();
    for (InputError each : report.mistakes()) {
      json.beginObject();
      place(json, each.sourceLocation());
      json.name("message").value(each.says());
      json.endObject();
    }
    json.endArray();
    json.name("units").beginArray();
    for (String each : report.units()) {
      json.value(each);
    }
    json.endArray();
    if (!report.workloads().isEmpty()) {
      json.name("workloads").beginArray();
      for (WorkloadChange each : report.workloads()) {
        workload(json, each);
      }
      json.endArray();
    }
    summary(json.name("summary"), report);
    json.endObject();
    json.flush();
    out.write('\n');
  }

  /** Opens an indented writer that writes only valid JSON. */
  static JsonWriter open(Writer out) {
    JsonWriter json = new JsonWriter(SafeText.json(out));
    json.setFormattingStyle(FormattingStyle.PRETTY);
    json.setHtmlSafe(false);
    return json;
  }

  private static void finding(JsonWriter json, Violation violation) throws IOException {
    json.beginObject();
    json.name("rule").value(violation.rule().id());
    json.name("severity").value(violation.severity().label());
    place(json, violation.sourceLocation());
    json.name("namespace").value(violation.policy().namespace());
    json.name("policy").value(violation.policy().name());
    json.name("message").value(violation.says());
    json.name("fingerprint").value(violation.fingerprint());
    if (violation.suggestedPolicy().isPresent()) {
      json.name("suggestedPolicy").value(violation.suggestedPolicy().get());
    }
    json.endObject();
  }

  private static void workload(JsonWriter json, WorkloadChange workload) throws IOException {
    json.beginObject();
    json.name("namespace").value(workload.namespace());
    json.name("workload").value(workload.workload());
    json.name("presence").value(word(workload.presence()));
    json.name("pods").value(workload.pods());
    json.name("effect").value(word(workload.effect()));
    json.name("paths").beginArray();
    for (PathChange path : workload.paths()) {
      json.beginObject();
      json.name("server").value(path.server().name());
      json.name("address").value(Addresses.text(path.server().address()));
      json.name("transport").value(word(path.transport()));
      json.name("before").value(word(path.before()));
      json.name("after").value(word(path.after()));
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void place(JsonWriter json, SourceLocation sourceLocation) throws IOException {
    json.name("file").value(sourceLocation.file());
    json.name("line").value(sourceLocation.line());
  }

  private static void summary(JsonWriter json, Report report) throws IOException {
    json.beginObject();
    json.name("files").value(report.count().files());
    json.name("policies").value(report.count().policies());
    for (Severity each : Severity.values()) {
      json.name(each.label()).value(report.count(each));
    }
    json.name("patches").value(report.count().patches());
    json.name("leftOut").value(report.count().leftOut());
    json.name("ignored").value(report.count().ignored());
    json.name("baseline").value(report.count().known());
    json.endObject();
  }
}
