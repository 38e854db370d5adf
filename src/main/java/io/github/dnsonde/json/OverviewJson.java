package io.github.dnsonde.json;

import static java.util.Objects.requireNonNull;

import com.google.gson.FormattingStyle;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.finding.FindingIds;
import io.github.dnsonde.overview.AdmissionStatus;
import io.github.dnsonde.overview.BlindRow;
import io.github.dnsonde.overview.Headline;
import io.github.dnsonde.overview.NodeRow;
import io.github.dnsonde.overview.Overview;
import io.github.dnsonde.overview.OverviewChanges;
import io.github.dnsonde.overview.OverviewRow;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Transport;
import io.github.dnsonde.report.PathState;
import io.github.dnsonde.report.Usage;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An overview as JSON. Written by the agent and the controller, and read back by the commands that
 * query them.
 */
public final class OverviewJson {

  /** A reader of the stream gets this many pods and nodes of each finding. */
  private static final int NAMES = 20;

  private OverviewJson() {}

  /**
   * An overview as it was read.
   *
   * @param headline that of the writer, who may have known more pods and nodes of each finding
   */
  public record Read(Overview overview, Headline headline) {
    public Read {
      requireNonNull(overview, "overview is null");
      requireNonNull(headline, "headline is null");
    }
  }

  /** Writes an overview, compact. */
  public static void write(Overview overview, Writer out) throws IOException {
    write(new Read(overview, overview.headline()), FormattingStyle.COMPACT, Integer.MAX_VALUE, out);
  }

  /** Writes an overview with the first pods and nodes of each finding, compact. */
  public static void writeBrief(Overview overview, Writer out) throws IOException {
    write(new Read(overview, overview.headline()), FormattingStyle.COMPACT, NAMES, out);
  }

  /** Writes an overview indented for people, with a line feed at its end. */
  public static void writePretty(Read read, Writer out) throws IOException {
    write(read, FormattingStyle.PRETTY, Integer.MAX_VALUE, out);
    out.write('\n');
    out.flush();
  }

  private static void write(Read read, FormattingStyle style, int names, Writer out)
      throws IOException {
    Overview overview = read.overview();
    JsonWriter json = JsonWriting.open(out, style);
    json.beginObject();
    json.name("subject").value(overview.subject());
    head(json, overview, read.headline());
    paths(json.name("paths"), overview.paths());
    blind(json.name("blind"), overview.blind());
    FindingsJson.findings(json.name("findings"), FindingIds.of(overview.findings()), names);
    nodes(json.name("nodes"), overview.nodes());
    tail(json, overview);
  }

  private static void admission(JsonWriter json, Optional<AdmissionStatus> known)
      throws IOException {
    if (known.isEmpty()) {
      json.nullValue();
      return;
    }
    AdmissionStatus status = known.get();
    json.beginObject();
    json.name("mode").value(status.mode());
    json.name("reach").value(status.reach().label());
    json.name("refused").value(status.refused());
    json.name("slipped").value(status.slipped());
    JsonWriting.text(json.name("trouble"), status.trouble());
    json.endObject();
  }

  /** Writes the difference between two overviews, compact. */
  public static void writeChanges(OverviewChanges changes, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    head(json, changes.now(), changes.now().headline());
    paths(json.name("paths"), changes.paths());
    json.name("gone").beginArray();
    for (OverviewRow.Key key : changes.gone()) {
      json.beginObject();
      identity(json, key);
      json.endObject();
    }
    json.endArray();
    json.name("blind");
    if (changes.blind().isPresent()) {
      blind(json, changes.blind().get());
    } else {
      json.nullValue();
    }
    FindingsJson.findings(json.name("findings"), changes.findings(), NAMES);
    json.name("findingOrder");
    if (changes.findingOrder().isPresent()) {
      JsonWriting.texts(json, changes.findingOrder().get());
    } else {
      json.nullValue();
    }
    nodes(json.name("nodes"), changes.nodes());
    JsonWriting.texts(json.name("goneNodes"), changes.goneNodes());
    tail(json, changes.now());
  }

  private static void head(JsonWriter json, Overview overview, Headline headline)
      throws IOException {
    json.name("at").value(overview.at().toString());
    json.name("fails").value(overview.fails());
    headline(json.name("headline"), headline);
  }

  private static void tail(JsonWriter json, Overview overview) throws IOException {
    ReportJson.usage(json.name("usage"), overview.usage());
    json.name("omitted").value(overview.omitted());
    admission(json.name("admission"), overview.admission());
    json.endObject();
    json.flush();
  }

  /** Writes the parts of an overview that change while nothing happens, compact. */
  public static void writeUnchanged(Overview overview, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    head(json, overview, overview.headline());
    tail(json, overview);
  }

  private static void paths(JsonWriter json, List<OverviewRow> rows) throws IOException {
    json.beginArray();
    for (OverviewRow row : rows) {
      path(json, row);
    }
    json.endArray();
  }

  private static void blind(JsonWriter json, List<BlindRow> rows) throws IOException {
    json.beginArray();
    for (BlindRow row : rows) {
      json.beginObject();
      json.name("namespace").value(row.namespace());
      json.name("cause").value(row.cause());
      JsonWriting.texts(json.name("nodes"), row.nodes());
      json.endObject();
    }
    json.endArray();
  }

  private static void nodes(JsonWriter json, List<NodeRow> rows) throws IOException {
    json.beginArray();
    for (NodeRow row : rows) {
      node(json, row);
    }
    json.endArray();
  }

  private static void headline(JsonWriter json, Headline headline) throws IOException {
    json.beginObject();
    json.name("mood").value(headline.mood().label());
    json.name("sentence").value(headline.sentence());
    json.endObject();
  }

  private static void identity(JsonWriter json, OverviewRow.Key key) throws IOException {
    json.name("namespace").value(key.namespace());
    json.name("server").value(key.server());
    json.name("transport").value(key.transport().label());
    json.name("inUse").value(key.inUse());
  }

  private static void path(JsonWriter json, OverviewRow row) throws IOException {
    json.beginObject();
    identity(json, row.key());
    json.name("state").value(row.state().label());
    JsonWriting.text(json.name("since"), row.since().map(Instant::toString));
    json.name("vantages").value(row.vantages());
    json.name("affected").value(row.affected());
    json.name("nodes").value(row.nodes());
    json.name("affectedNodes").value(row.affectedNodes());
    JsonWriting.reasons(json.name("reasons"), row.reasons());
    json.endObject();
  }

  private static void node(JsonWriter json, NodeRow row) throws IOException {
    json.beginObject();
    json.name("node").value(row.node());
    JsonWriting.text(json.name("zone"), row.zone());
    json.name("agent").value(row.presence().label());
    JsonWriting.text(json.name("reported"), row.reported().map(Instant::toString));
    JsonWriting.text(json.name("version"), row.version());
    json.name("vantages").value(row.vantages());
    json.name("failing").value(row.failing());
    json.endObject();
  }

  /**
   * Reads an overview back.
   *
   * @throws IOException if it cannot be read or is something else; the message states the reason
   */
  public static Read read(Reader in) throws IOException {
    return JsonReading.of(
        in, "status", root -> new Read(overview(root), headline(root.getAsJsonObject("headline"))));
  }

  private static Overview overview(JsonObject root) {
    return new Overview(
        JsonReading.text(root, "subject"),
        Instant.parse(JsonReading.text(root, "at")),
        JsonReading.all(root, "paths", OverviewJson::path),
        JsonReading.all(root, "blind", OverviewJson::blind),
        JsonReading.all(root, "findings", FindingsJson::finding),
        JsonReading.all(root, "nodes", OverviewJson::node),
        usage(root.getAsJsonObject("usage")),
        root.get("omitted").getAsInt(),
        admission(root.get("admission")));
  }

  private static Headline headline(JsonObject json) {
    return new Headline(
        JsonReading.word(json, "mood", Headline.Mood.class), JsonReading.text(json, "sentence"));
  }

  /** Agents and controllers of earlier versions do not have it. */
  private static Optional<AdmissionStatus> admission(@Nullable JsonElement json) {
    return json instanceof JsonObject status
        ? Optional.of(
            new AdmissionStatus(
                JsonReading.text(status, "mode"),
                JsonReading.word(status, "reach", AdmissionStatus.Reach.class),
                status.get("refused").getAsLong(),
                status.get("slipped").getAsLong(),
                status.has("trouble")
                    ? JsonReading.optionalText(status, "trouble")
                    : Optional.empty()))
        : Optional.empty();
  }

  private static OverviewRow path(JsonObject json) {
    SortedMap<Reason, Integer> reasons = new TreeMap<>();
    json.getAsJsonObject("reasons")
        .asMap()
        .forEach(
            (label, count) -> reasons.put(JsonReading.word(label, Reason.class), count.getAsInt()));
    return new OverviewRow(
        JsonReading.text(json, "namespace"),
        JsonReading.text(json, "server"),
        JsonReading.word(json, "transport", Transport.class),
        json.get("inUse").getAsBoolean(),
        JsonReading.word(json, "state", PathState.class),
        time(json, "since"),
        json.get("vantages").getAsInt(),
        json.get("affected").getAsInt(),
        json.get("nodes").getAsInt(),
        json.get("affectedNodes").getAsInt(),
        reasons);
  }

  private static BlindRow blind(JsonObject json) {
    return new BlindRow(
        JsonReading.text(json, "namespace"),
        JsonReading.text(json, "cause"),
        JsonReading.texts(json, "nodes"));
  }

  private static NodeRow node(JsonObject json) {
    return new NodeRow(
        JsonReading.text(json, "node"),
        JsonReading.optionalText(json, "zone"),
        JsonReading.word(json, "agent", NodeRow.Presence.class),
        time(json, "reported"),
        JsonReading.optionalText(json, "version"),
        json.get("vantages").getAsInt(),
        json.get("failing").getAsInt());
  }

  private static Optional<Instant> time(JsonObject json, String name) {
    return JsonReading.optionalText(json, name).map(Instant::parse);
  }

  private static Usage usage(JsonObject json) {
    return new Usage(
        rate(json.getAsJsonObject("offNode")),
        rate(json.getAsJsonObject("onNode")),
        json.get("series").getAsLong(),
        json.get("processors").getAsDouble());
  }

  private static Usage.Rate rate(JsonObject json) {
    return new Usage.Rate(json.get("wanted").getAsDouble(), json.get("used").getAsDouble());
  }
}
