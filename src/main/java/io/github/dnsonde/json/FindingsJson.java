package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.cluster.Decision;
import io.github.dnsonde.finding.Diagnosis;
import io.github.dnsonde.finding.Finding;
import io.github.dnsonde.finding.FindingIds;
import io.github.dnsonde.finding.ReportedVerdict;
import io.github.dnsonde.probe.Transport;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A diagnosis as JSON: {@code {"findings": […], "policyVerdicts": […]}}. Commands that query an
 * agent read it back.
 */
public final class FindingsJson {

  /** The pods, and the nodes, that a person reads of one finding. */
  private static final int BRIEF = 10;

  private FindingsJson() {}

  /** Writes a diagnosis, compact. */
  public static void write(Diagnosis diagnosis, Writer out) throws IOException {
    write(diagnosis, FormattingStyle.COMPACT, Integer.MAX_VALUE, out);
  }

  /**
   * Writes a diagnosis with a few of the pods and nodes of each finding, compact. Its evidence has
   * the numbers of all: a cause in a large cluster concerns thousands.
   */
  public static void writeBrief(Diagnosis diagnosis, Writer out) throws IOException {
    write(
        new Diagnosis(
            diagnosis.findings().stream().map(FindingsJson::counted).toList(),
            diagnosis.policyVerdicts()),
        FormattingStyle.COMPACT,
        BRIEF,
        out);
  }

  private static Finding counted(Finding finding) {
    Finding.Subject subject = finding.subject();
    return subject.pods().size() <= BRIEF && subject.nodeCount() <= BRIEF
        ? finding
        : finding.supportedBy(
            Stream.concat(
                    finding.evidence().stream(),
                    Stream.of("It concerns " + count(finding) + " are listed."))
                .toList());
  }

  /** An agent's findings list no nodes. A controller lists some pods of those that it merges. */
  private static String count(Finding finding) {
    int pods = finding.subject().pods().size();
    int nodes = finding.subject().nodeCount();
    if (nodes == 0) {
      return pods + " probed pods; at most " + BRIEF;
    }
    return (finding.code().isOfAgent() ? "" : pods + " ")
        + "probed pods on "
        + nodes
        + (nodes == 1 ? " node" : " nodes")
        + "; at most "
        + BRIEF
        + " of each";
  }

  /** Writes a diagnosis indented for people, with a line feed at its end. */
  public static void writePretty(Diagnosis diagnosis, Writer out) throws IOException {
    write(diagnosis, FormattingStyle.PRETTY, Integer.MAX_VALUE, out);
    out.write('\n');
    out.flush();
  }

  private static void write(Diagnosis diagnosis, FormattingStyle style, int names, Writer out)
      throws IOException {
    JsonWriter json = JsonWriting.open(out, style);
    json.beginObject();
    findings(json.name("findings"), FindingIds.of(diagnosis.findings()), names);
    json.name("policyVerdicts").beginArray();
    for (ReportedVerdict policyVerdict : diagnosis.policyVerdicts()) {
      policyVerdict(json, policyVerdict);
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  /**
   * Writes findings.
   *
   * @param most the most pods, and the most nodes, that are listed
   */
  static void findings(JsonWriter json, SequencedMap<String, Finding> findings, int most)
      throws IOException {
    json.beginArray();
    for (Map.Entry<String, Finding> finding : findings.entrySet()) {
      finding(json, finding.getKey(), finding.getValue(), most);
    }
    json.endArray();
  }

  private static void finding(JsonWriter json, String id, Finding whole, int most)
      throws IOException {
    Finding finding = whole.about(whole.subject().brief(most));
    json.beginObject();
    json.name("id").value(id);
    json.name("code").value(finding.code().label());
    json.name("confidence").value(finding.confidence().label());
    json.name("since").value(finding.since().toString());
    JsonWriting.texts(json.name("namespaces"), finding.subject().namespaces());
    JsonWriting.texts(json.name("pods"), finding.subject().pods());
    JsonWriting.texts(json.name("servers"), finding.subject().servers());
    JsonWriting.texts(
        json.name("transports"),
        finding.subject().transports().stream().map(Transport::label).toList());
    JsonWriting.texts(json.name("nodes"), finding.subject().nodes());
    json.name("nodeCount").value(finding.subject().nodeCount());
    json.name("sentence").value(finding.sentence());
    JsonWriting.texts(json.name("evidence"), finding.evidence());
    JsonWriting.texts(json.name("policies"), finding.policies());
    JsonWriting.text(json.name("suggestedPolicy"), finding.suggestedPolicy());
    JsonWriting.texts(json.name("owners"), finding.owners());
    json.endObject();
  }

  private static void policyVerdict(JsonWriter json, ReportedVerdict policyVerdict)
      throws IOException {
    json.beginObject();
    json.name("namespace").value(policyVerdict.namespace());
    json.name("workload").value(policyVerdict.workload());
    json.name("pod").value(policyVerdict.pod());
    json.name("server").value(policyVerdict.server());
    json.name("transport").value(policyVerdict.transport().label());
    json.name("verdict").value(policyVerdict.decision().label());
    json.name("likely").value(policyVerdict.likely().label());
    JsonWriting.texts(json.name("policies"), policyVerdict.policies());
    json.name("because").value(policyVerdict.because());
    json.endObject();
  }

  /**
   * Reads a diagnosis back.
   *
   * @throws IOException if it cannot be read or is something else; the message states the reason
   */
  public static Diagnosis read(Reader in) throws IOException {
    return JsonReading.of(in, "diagnosis", FindingsJson::diagnosis);
  }

  /**
   * Reads the diagnoses of several nodes: a sequence of {@code {"node": "n1", "diagnosis": {…}}}.
   *
   * @return the diagnoses by the name of the node
   * @throws IOException if it cannot be read or is something else; the message states the reason
   */
  public static SortedMap<String, Diagnosis> readNodes(Reader in) throws IOException {
    SortedMap<String, Diagnosis> nodes = new TreeMap<>();
    JsonReader documents = new JsonReader(in);
    documents.setStrictness(Strictness.LENIENT); // several documents, one after another
    while (documents.peek() != JsonToken.END_DOCUMENT) {
      Map.Entry<String, Diagnosis> node =
          JsonReading.next(
              documents,
              "diagnosis of a node",
              json ->
                  Map.entry(
                      JsonReading.text(json, "node"),
                      diagnosis(json.getAsJsonObject("diagnosis"))));
      nodes.put(node.getKey(), node.getValue());
    }
    return nodes;
  }

  private static Diagnosis diagnosis(JsonObject json) {
    return new Diagnosis(
        JsonReading.all(json, "findings", FindingsJson::finding),
        JsonReading.all(json, "policyVerdicts", FindingsJson::policyVerdict));
  }

  static Finding finding(JsonObject json) {
    List<String> nodes = JsonReading.texts(json, "nodes");
    return new Finding(
        JsonReading.word(json, "code", Finding.Code.class),
        new Finding.Subject(
            JsonReading.texts(json, "namespaces"),
            JsonReading.texts(json, "pods"),
            JsonReading.texts(json, "servers"),
            JsonReading.texts(json, "transports").stream()
                .map(word -> JsonReading.word(word, Transport.class))
                .toList(),
            nodes,
            json.has("nodeCount") ? json.get("nodeCount").getAsInt() : nodes.size()),
        JsonReading.word(json, "confidence", Finding.Confidence.class),
        Instant.parse(JsonReading.text(json, "since")),
        JsonReading.text(json, "sentence"),
        JsonReading.texts(json, "evidence"),
        JsonReading.texts(json, "policies"),
        JsonReading.optionalText(json, "suggestedPolicy"),
        json.has("owners") ? JsonReading.texts(json, "owners") : List.of()); // of older agents
  }

  private static ReportedVerdict policyVerdict(JsonObject json) {
    return new ReportedVerdict(
        JsonReading.text(json, "namespace"),
        JsonReading.text(json, "workload"),
        JsonReading.text(json, "pod"),
        JsonReading.text(json, "server"),
        JsonReading.word(json, "transport", Transport.class),
        JsonReading.word(json, "verdict", Decision.class),
        JsonReading.word(json, "likely", Decision.class),
        JsonReading.texts(json, "policies"),
        JsonReading.text(json, "because"));
  }
}
