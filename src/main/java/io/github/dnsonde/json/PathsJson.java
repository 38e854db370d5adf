package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.overview.NamespaceHistory;
import io.github.dnsonde.overview.PathList;
import io.github.dnsonde.overview.PathRow;
import io.github.dnsonde.overview.StateSpan;
import io.github.dnsonde.overview.UnprobedRow;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;

/** Single paths, and the states of a namespace over time, as JSON for the page. */
public final class PathsJson {

  private PathsJson() {}

  /** Writes a list of paths, compact. */
  public static void write(PathList paths, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    json.name("at").value(paths.at().toString());
    json.name("total").value(paths.total());
    json.name("paths").beginArray();
    for (PathRow row : paths.rows()) {
      path(json, row);
    }
    json.endArray();
    json.name("unprobed").beginArray();
    for (UnprobedRow row : paths.unprobed()) {
      json.beginObject();
      json.name("node").value(row.node());
      json.name("namespace").value(row.namespace());
      json.name("pod").value(row.pod());
      json.name("cause").value(row.cause());
      json.endObject();
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  private static void path(JsonWriter json, PathRow row) throws IOException {
    json.beginObject();
    json.name("node").value(row.node());
    json.name("namespace").value(row.namespace());
    json.name("workload").value(row.workload());
    json.name("pod").value(row.pod());
    json.name("server").value(row.server());
    json.name("transport").value(row.transport().label());
    json.name("inUse").value(row.inUse());
    json.name("core").value(row.core());
    json.name("state").value(row.state().label());
    JsonWriting.text(json.name("since"), row.since().map(Instant::toString));
    JsonWriting.reasons(json.name("reasons"), row.reasons());
    json.endObject();
  }

  /** Writes the states of a namespace, compact. */
  public static void write(NamespaceHistory history, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    json.name("namespace").value(history.namespace());
    json.name("at").value(history.at().toString());
    json.name("completeFrom").value(history.completeFrom().toString());
    json.name("prometheus").value(history.prometheus());
    json.name("states").beginArray();
    for (StateSpan span : history.states()) {
      json.beginObject();
      json.name("from").value(span.from().toString());
      json.name("state").value(span.state().label());
      json.endObject();
    }
    json.endArray();
    json.endObject();
    json.flush();
  }
}
