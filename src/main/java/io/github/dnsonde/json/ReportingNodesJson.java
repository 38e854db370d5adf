package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.report.Report;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** The nodes that report to a controller, as JSON. */
public final class ReportingNodesJson {

  private ReportingNodesJson() {}

  /**
   * A node that reports.
   *
   * @param age the time since its latest report
   */
  public record Row(Report report, Duration age) {}

  /** Writes the nodes by name. */
  public static void write(List<Row> rows, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject().name("nodes").beginArray();
    for (Row row :
        rows.stream().sorted(Comparator.comparing(row -> row.report().node())).toList()) {
      json.beginObject();
      json.name("node").value(row.report().node());
      json.name("version").value(row.report().version());
      JsonWriting.seconds(json.name("ageSeconds"), row.age());
      json.name("vantages").value(row.report().vantages().size());
      json.name("findings").value(row.report().findings().size());
      json.endObject();
    }
    json.endArray().endObject();
    json.flush();
  }
}
