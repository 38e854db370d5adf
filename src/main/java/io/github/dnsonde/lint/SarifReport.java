package io.github.dnsonde.lint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Writer;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A report for code scanning (OASIS, "Static Analysis Results Interchange Format Version 2.1.0").
 */
final class SarifReport {

  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private SarifReport() {}

  static void write(Report report, Writer out) throws IOException {
    JsonWriter json = JsonReport.open(out);
    json.beginObject();
    json.name("$schema").value(SCHEMA);
    json.name("version").value("2.1.0");
    json.name("runs").beginArray().beginObject();
    tool(json);
    invocation(json, report);
    json.name("results").beginArray();
    for (Violation each : report.findings()) {
      result(json, each);
    }
    json.endArray();
    json.endObject().endArray();
    json.endObject();
    json.flush();
    out.write('\n');
  }

  private static void tool(JsonWriter json) throws IOException {
    json.name("tool").beginObject();
    json.name("driver").beginObject();
    json.name("name").value("dnsonde");
    json.name("rules").beginArray();
    for (Rule each : Rule.values()) {
      rule(json, each);
    }
    json.endArray();
    json.endObject();
    json.endObject();
  }

  private static void rule(JsonWriter json, Rule rule) throws IOException {
    json.beginObject();
    json.name("id").value(rule.id());
    text(json.name("shortDescription"), rule.says());
    json.name("defaultConfiguration").beginObject();
    json.name("level").value(level(rule.severity()));
    json.endObject();
    json.endObject();
  }

  /** An input that could not be read is a problem of the tool, not a result (§3.20.21). */
  private static void invocation(JsonWriter json, Report report) throws IOException {
    json.name("invocations").beginArray().beginObject();
    json.name("executionSuccessful").value(report.mistakes().isEmpty());
    json.name("toolExecutionNotifications").beginArray();
    for (InputError each : report.mistakes()) {
      json.beginObject();
      json.name("level").value("error");
      text(json.name("message"), each.says());
      location(json, each.sourceLocation());
      json.endObject();
    }
    json.endArray();
    json.endObject().endArray();
  }

  private static void result(JsonWriter json, Violation violation) throws IOException {
    json.beginObject();
    json.name("ruleId").value(violation.rule().id());
    json.name("level").value(level(violation.severity()));
    text(json.name("message"), violation.says());
    location(json, violation.sourceLocation());
    json.name("partialFingerprints").beginObject();
    json.name("dnsonde/v1").value(violation.fingerprint());
    json.endObject();
    json.endObject();
  }

  private static String level(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case INFO -> "note";
    };
  }

  /** Names must not become links (§3.11.6). */
  private static void text(JsonWriter json, String text) throws IOException {
    json.beginObject();
    json.name("text").value(SafeText.part(text, SafeText.LONGEST_LINE).replace("](", "\\]("));
    json.endObject();
  }

  private static void location(JsonWriter json, SourceLocation sourceLocation) throws IOException {
    json.name("locations").beginArray().beginObject();
    json.name("physicalLocation").beginObject();
    json.name("artifactLocation").beginObject();
    json.name("uri").value(uri(sourceLocation.file()));
    json.endObject();
    if (sourceLocation.line() > 0) {
      json.name("region").beginObject();
      json.name("startLine").value(sourceLocation.line());
      json.endObject();
    }
    json.endObject();
    json.endObject().endArray();
  }

  /** Returns a path as a reference, relative if the path is (RFC 3986 §4.2). */
  private static String uri(String file) {
    return Arrays.stream(file.split("/", -1))
        .map(part -> URLEncoder.encode(part, UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
