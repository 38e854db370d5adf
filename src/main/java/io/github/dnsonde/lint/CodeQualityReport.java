package io.github.dnsonde.lint;

import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;

/**
 * A report for merge requests of GitLab (GitLab documentation, "Code Quality report format"): a
 * list of findings, whose paths are relative to the repository.
 */
final class CodeQualityReport {

  private CodeQualityReport() {}

  static void write(Report report, Writer out) throws IOException {
    JsonWriter json = JsonReport.open(out);
    Map<String, Integer> repeated = new HashMap<>();
    json.beginArray();
    for (InputError each : report.mistakes()) {
      entry(
          json,
          "unreadable",
          "blocker",
          each.says(),
          each.sourceLocation(),
          "unreadable " + each.sourceLocation());
    }
    for (Violation each : report.findings()) {
      int before = repeated.merge(each.fingerprint(), 1, Integer::sum) - 1;
      entry(
          json,
          each.rule().id(),
          severity(each.severity()),
          each.says(),
          each.sourceLocation(),
          each.fingerprint() + (before == 0 ? "" : "-" + before));
    }
    json.endArray();
    json.flush();
    out.write('\n');
  }

  private static void entry(
      JsonWriter json,
      String name,
      String severity,
      String says,
      SourceLocation place,
      String fingerprint)
      throws IOException {
    json.beginObject();
    json.name("check_name").value(name);
    json.name("severity").value(severity);
    json.name("description").value(SafeText.part(says, SafeText.LONGEST_LINE));
    json.name("fingerprint").value(fingerprint);
    json.name("location").beginObject();
    json.name("path").value(path(place.file()));
    json.name("lines").beginObject();
    json.name("begin").value(Math.max(1, place.line()));
    json.endObject().endObject().endObject();
  }

  /** GitLab shows nothing of a path that begins with {@code ./}. */
  private static String path(String file) {
    return file.startsWith("./") ? file.substring(2) : file;
  }

  private static String severity(Severity severity) {
    return switch (severity) {
      case ERROR -> "critical";
      case WARNING -> "minor";
      case INFO -> "info";
    };
  }
}
