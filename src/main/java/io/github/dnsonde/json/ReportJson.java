package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.BlindNamespace;
import io.github.dnsonde.report.PathResult;
import io.github.dnsonde.report.Report;
import io.github.dnsonde.report.ReportedFinding;
import io.github.dnsonde.report.ReportedPath;
import io.github.dnsonde.report.ReportedVantage;
import io.github.dnsonde.report.ReportedWork;
import io.github.dnsonde.report.UnprobedPod;
import io.github.dnsonde.report.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/**
 * An agent's report as JSON. Written by the agent, and read by the controller, who does not trust
 * its size or content. {@code docs/openapi.yaml} describes it.
 */
public final class ReportJson {

  private ReportJson() {}

  /** Writes a report, compact. */
  public static void write(Report report, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    json.name("node").value(report.node());
    json.name("version").value(report.version());
    json.name("mode").value(report.mode());
    JsonWriting.seconds(json.name("runningSeconds"), report.running());
    usage(json.name("usage"), report.usage());
    json.name("omitted").value(report.omitted());
    json.name("work");
    if (report.work().isPresent()) {
      work(json, report.work().get());
    } else {
      json.nullValue();
    }
    json.name("vantages").beginArray();
    for (ReportedVantage vantage : report.vantages()) {
      vantage(json, vantage);
    }
    json.endArray();
    json.name("blind").beginArray();
    for (BlindNamespace blind : report.blind()) {
      json.beginObject();
      json.name("namespace").value(blind.namespace());
      json.name("cause").value(blind.cause());
      json.endObject();
    }
    json.endArray();
    json.name("unprobed").beginArray();
    for (UnprobedPod pod : report.unprobed()) {
      json.beginObject();
      json.name("namespace").value(pod.namespace());
      json.name("pod").value(pod.pod());
      json.name("cause").value(pod.cause());
      json.endObject();
    }
    json.endArray();
    json.name("findings").beginArray();
    for (ReportedFinding finding : report.findings()) {
      finding(json, finding);
    }
    json.endArray();
    json.endObject();
    json.flush();
  }

  private static void work(JsonWriter json, ReportedWork work) throws IOException {
    json.beginObject();
    JsonWriting.decimal(json.name("share"), work.share());
    json.name("agents").value(work.agents());
    JsonWriting.decimal(json.name("other"), work.other());
    json.name("classes").beginArray();
    for (ReportedWork.ClassRound round : work.classes()) {
      json.beginObject();
      json.name("namespace").value(round.key().namespace());
      json.name("class").value(round.key().policyClass());
      json.name("queries").value(round.queries());
      json.name("background").value(round.background());
      json.name("core").value(round.core());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  static void usage(JsonWriter json, Usage usage) throws IOException {
    json.beginObject();
    rate(json.name("offNode"), usage.offNode());
    rate(json.name("onNode"), usage.onNode());
    json.name("series").value(usage.series());
    JsonWriting.decimal(json.name("processors"), usage.processors());
    json.endObject();
  }

  private static void rate(JsonWriter json, Usage.Rate rate) throws IOException {
    json.beginObject();
    JsonWriting.decimal(json.name("wanted"), rate.wanted());
    JsonWriting.decimal(json.name("used"), rate.used());
    json.endObject();
  }

  private static void vantage(JsonWriter json, ReportedVantage vantage) throws IOException {
    json.beginObject();
    json.name("namespace").value(vantage.namespace());
    json.name("workload").value(vantage.workload());
    json.name("pod").value(vantage.pod());
    json.name("class").value(vantage.policyClass());
    json.name("core").value(vantage.core());
    json.name("paths").beginArray();
    for (ReportedPath path : vantage.paths()) {
      path(json, path);
    }
    json.endArray();
    json.endObject();
  }

  private static void path(JsonWriter json, ReportedPath path) throws IOException {
    json.beginObject();
    json.name("server").value(path.server().name());
    json.name("address").value(Addresses.text(path.server().address()));
    json.name("port").value(path.server().port());
    json.name("transport").value(path.transport().label());
    json.name("inUse").value(path.inUse());
    json.name("state").value(path.state().label());
    JsonWriting.seconds(json.name("sinceSeconds"), path.since());
    JsonWriting.seconds(json.name("queriedSeconds"), path.queried());
    json.name("results").beginArray();
    for (PathResult result : path.results()) {
      result(json, result);
    }
    json.endArray();
    json.endObject();
  }

  private static void result(JsonWriter json, PathResult result) throws IOException {
    json.beginObject();
    json.name("scope").value(result.scope().label());
    JsonWriting.text(json.name("reason"), result.reason().map(Reason::label));
    json.name("reasons").beginObject();
    for (Map.Entry<Reason, Integer> reason : result.reasons().entrySet()) {
      json.name(reason.getKey().label()).value(reason.getValue());
    }
    json.endObject();
    json.name("misunderstood").value(result.misunderstood());
    JsonWriting.seconds(json.name("sinceSeconds"), result.since());
    JsonWriting.seconds(json.name("queriedSeconds"), result.queried());
    json.endObject();
  }

  private static void finding(JsonWriter json, ReportedFinding finding) throws IOException {
    json.beginObject();
    json.name("code").value(finding.code().label());
    json.name("confidence").value(finding.confidence().label());
    JsonWriting.seconds(json.name("sinceSeconds"), finding.since());
    JsonWriting.texts(json.name("namespaces"), finding.subject().namespaces());
    JsonWriting.texts(json.name("pods"), finding.subject().pods());
    JsonWriting.texts(json.name("servers"), finding.subject().servers());
    JsonWriting.texts(json.name("transports"), labels(finding.subject().transports()));
    json.name("sentence").value(finding.sentence());
    JsonWriting.texts(json.name("evidence"), finding.evidence());
    JsonWriting.texts(json.name("policies"), finding.policies());
    JsonWriting.text(json.name("suggestedPolicy"), finding.suggestedPolicy());
    json.endObject();
  }

  private static List<String> labels(List<Transport> transports) {
    return transports.stream().map(Transport::label).toList();
  }

  /**
   * Reads a report within {@link io.github.dnsonde.report.Limits}.
   *
   * @param octets the document, without compression
   * @throws io.github.dnsonde.report.RefusedReportException if it is not one
   */
  public static Report read(InputStream octets) throws IOException {
    return ReportReading.of(octets);
  }
}
