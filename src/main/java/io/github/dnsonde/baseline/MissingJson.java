package io.github.dnsonde.baseline;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.manifest.PolicyYaml;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** The missing baselines for programs: {@code {"namespaces": […], "notSeen": […]}}. */
public final class MissingJson {

  private MissingJson() {}

  /**
   * Writes the document.
   *
   * @param notSeen everything that could not be read, one sentence each without its full stop
   */
  public static void write(List<MissingBaseline> missing, List<String> notSeen, Writer out)
      throws IOException {
    JsonWriter json = new JsonWriter(SafeText.json(out));
    json.setFormattingStyle(FormattingStyle.PRETTY);
    json.setHtmlSafe(false);
    json.beginObject();
    json.name("namespaces").beginArray();
    for (MissingBaseline each : missing) {
      namespace(json, each);
    }
    json.endArray();
    texts(json, "notSeen", notSeen);
    json.endObject();
    json.flush();
    out.write('\n');
  }

  private static void namespace(JsonWriter json, MissingBaseline missing) throws IOException {
    json.beginObject();
    json.name("namespace").value(missing.namespace());
    json.name("pods").value(missing.pods());
    json.name("total").value(missing.total());
    texts(json, "lacks", missing.lacks());
    json.name("workloads").beginArray();
    for (Map.Entry<String, Integer> each : missing.workloads().entrySet()) {
      json.beginObject();
      json.name("workload").value(each.getKey());
      json.name("pods").value(each.getValue());
      json.endObject();
    }
    json.endArray();
    texts(json, "isolatedBy", missing.isolatedBy());
    texts(json, "policies", missing.policies().stream().map(PolicyYaml::text).toList());
    json.endObject();
  }

  private static void texts(JsonWriter json, String name, List<String> texts) throws IOException {
    json.name(name).beginArray();
    for (String each : texts) {
      json.value(each);
    }
    json.endArray();
  }
}
