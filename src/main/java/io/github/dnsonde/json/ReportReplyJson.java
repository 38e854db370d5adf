package io.github.dnsonde.json;

import static io.github.dnsonde.json.FieldReader.required;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.report.ClassKey;
import io.github.dnsonde.report.Limits;
import io.github.dnsonde.report.ReportReply;
import io.github.dnsonde.report.ReportReply.CoreClass;
import io.github.dnsonde.report.ReportReply.NodeShare;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a report as JSON: {@code {"nodeShare": {…}}}. Written by the controller, and read by
 * the agent.
 */
public final class ReportReplyJson {

  private ReportReplyJson() {}

  /** Writes a reply, compact. */
  public static void write(ReportReply reply, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject().name("nodeShare");
    if (reply.nodeShare().isPresent()) {
      share(json, reply.nodeShare().get());
    } else {
      json.nullValue();
    }
    json.endObject();
    json.flush();
  }

  private static void share(JsonWriter json, NodeShare share) throws IOException {
    json.beginObject();
    JsonWriting.decimal(json.name("queriesPerSecond"), share.queriesPerSecond());
    json.name("whole").value(share.whole());
    JsonWriting.decimal(json.name("backgroundSeconds"), share.background().toMillis() / 1e3);
    json.name("clockMillis").value(share.clock());
    json.name("core").beginArray();
    for (CoreClass core : share.core()) {
      json.beginObject();
      json.name("namespace").value(core.key().namespace());
      json.name("class").value(core.key().policyClass());
      json.name("turn").value(core.turn());
      json.name("of").value(core.of());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  /**
   * Reads a reply within {@link Limits}.
   *
   * @throws io.github.dnsonde.report.RefusedReportException if it is not one
   */
  public static ReportReply read(InputStream octets) throws IOException {
    return FieldReader.read(octets, Limits.OCTETS, ReportReplyJson::reply);
  }

  private static ReportReply reply(FieldReader json) throws IOException {
    ReplyFields fields = new ReplyFields(json);
    json.object(fields::field);
    return new ReportReply(fields.nodeShare);
  }

  private static final class ReplyFields {
    private final FieldReader json;
    private Optional<NodeShare> nodeShare = Optional.empty();

    private ReplyFields(FieldReader json) {
      this.json = json;
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "nodeShare" ->
            nodeShare =
                json.isNull() ? Optional.empty() : Optional.of(new ShareFields(json).read());
        default -> json.skip();
      }
    }
  }

  private static final class ShareFields {
    private final FieldReader json;
    private @Nullable Double queriesPerSecond;
    private @Nullable Boolean whole;
    private @Nullable Double backgroundSeconds;
    private @Nullable Double clockMillis;
    private @Nullable List<CoreClass> core;

    private ShareFields(FieldReader json) {
      this.json = json;
    }

    private NodeShare read() throws IOException {
      json.object(this::field);
      return new NodeShare(
          required("queriesPerSecond", queriesPerSecond),
          required("whole", whole),
          Duration.ofMillis(Math.round(required("backgroundSeconds", backgroundSeconds) * 1e3)),
          Math.round(required("clockMillis", clockMillis)),
          required("core", core));
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "queriesPerSecond" -> queriesPerSecond = json.number();
        case "whole" -> whole = json.yes();
        case "backgroundSeconds" -> backgroundSeconds = json.number();
        case "clockMillis" -> clockMillis = json.number();
        case "core" ->
            core = json.array("core classes", Limits.CLASSES, () -> new CoreFields(json).read());
        default -> json.skip();
      }
    }
  }

  private static final class CoreFields {
    private final FieldReader json;
    private @Nullable String namespace;
    private @Nullable String policyClass;
    private @Nullable Integer turn;
    private @Nullable Integer of;

    private CoreFields(FieldReader json) {
      this.json = json;
    }

    private CoreClass read() throws IOException {
      json.object(this::field);
      return new CoreClass(
          new ClassKey(required("namespace", namespace), required("class", policyClass)),
          required("turn", turn),
          required("of", of));
    }

    private void field(String name) throws IOException {
      switch (name) {
        case "namespace" -> namespace = json.text();
        case "class" -> policyClass = json.text();
        case "turn" -> turn = json.count();
        case "of" -> of = json.count();
        default -> json.skip();
      }
    }
  }
}
