package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Diagnosis;
import io.github.dnsonde.probe.Finding;
import io.github.dnsonde.probe.Ruling;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.time.Instant;
import java.util.List;

/**
 * What an agent makes of what it sees: {@code {"findings": […], "rulings": […]}}. The commands that
 * ask an agent read it back.
 */
public final class FindingsJson {

  private FindingsJson() {}

  /** Writes it, compact. */
  public static void write(Diagnosis diagnosis, Writer out) throws IOException {
    write(diagnosis, FormattingStyle.COMPACT, out);
  }

  /** Writes it indented for people, with a line feed at its end. */
  public static void writePretty(Diagnosis diagnosis, Writer out) throws IOException {
    write(diagnosis, FormattingStyle.PRETTY, out);
    out.write('\n');
    out.flush();
  }

  private static void write(Diagnosis diagnosis, FormattingStyle style, Writer out)
      throws IOException {
    JsonWriter json = Shapes.open(out, style);
    json.beginObject();
    json.name("findings").beginArray();
    for (Finding finding : diagnosis.findings()) {
      finding(json, finding);
    }
    json.endArray();
    json.name("rulings").beginArray();
    for (Ruling ruling : diagnosis.rulings()) {
      ruling(json, ruling);
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  private static void finding(JsonWriter json, Finding finding) throws IOException {
    json.beginObject();
    json.name("code").value(finding.code().label());
    json.name("confidence").value(finding.confidence().label());
    json.name("since").value(finding.since().toString());
    texts(json.name("namespaces"), finding.subject().namespaces());
    texts(json.name("pods"), finding.subject().pods());
    texts(json.name("servers"), finding.subject().servers());
    texts(
        json.name("transports"),
        finding.subject().transports().stream().map(Transport::label).toList());
    json.name("sentence").value(finding.sentence());
    texts(json.name("evidence"), finding.evidence());
    texts(json.name("policies"), finding.policies());
    Shapes.text(json.name("mending"), finding.mending());
    json.endObject();
  }

  private static void ruling(JsonWriter json, Ruling ruling) throws IOException {
    json.beginObject();
    json.name("namespace").value(ruling.namespace());
    json.name("workload").value(ruling.workload());
    json.name("pod").value(ruling.pod());
    json.name("server").value(ruling.server());
    json.name("transport").value(ruling.transport().label());
    json.name("verdict").value(ruling.effect().label());
    json.name("likely").value(ruling.likely().label());
    texts(json.name("policies"), ruling.policies());
    json.name("because").value(ruling.because());
    json.endObject();
  }

  /**
   * Reads it back.
   *
   * @throws IOException if it cannot be read or is something else; the message says what
   */
  public static Diagnosis read(Reader in) throws IOException {
    return Readings.of(
        in,
        "diagnosis",
        root ->
            new Diagnosis(
                Readings.all(root, "findings", FindingsJson::finding),
                Readings.all(root, "rulings", FindingsJson::ruling)));
  }

  private static Finding finding(JsonObject json) {
    return new Finding(
        Readings.word(json, "code", Finding.Code.class),
        new Finding.Subject(
            Readings.texts(json, "namespaces"),
            Readings.texts(json, "pods"),
            Readings.texts(json, "servers"),
            Readings.texts(json, "transports").stream()
                .map(word -> Readings.word(word, Transport.class))
                .toList()),
        Readings.word(json, "confidence", Finding.Confidence.class),
        Instant.parse(Readings.text(json, "since")),
        Readings.text(json, "sentence"),
        Readings.texts(json, "evidence"),
        Readings.texts(json, "policies"),
        Readings.optionalText(json, "mending"));
  }

  private static Ruling ruling(JsonObject json) {
    return new Ruling(
        Readings.text(json, "namespace"),
        Readings.text(json, "workload"),
        Readings.text(json, "pod"),
        Readings.text(json, "server"),
        Readings.word(json, "transport", Transport.class),
        Readings.word(json, "verdict", Ruling.Effect.class),
        Readings.word(json, "likely", Ruling.Effect.class),
        Readings.texts(json, "policies"),
        Readings.text(json, "because"));
  }

  private static void texts(JsonWriter json, List<String> all) throws IOException {
    json.beginArray();
    for (String each : all) {
      json.value(each);
    }
    json.endArray();
  }
}
