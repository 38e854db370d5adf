package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Addresses;
import io.github.dnsonde.probe.Answer;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.Ignored;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Question;
import io.github.dnsonde.probe.Rcode;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.probe.Reply;
import io.github.dnsonde.probe.Vantage;
import io.github.dnsonde.probe.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Outcomes as JSON (RFC 8259), written one after the other, so that no page is ever held whole.
 *
 * <p>Every field is always present. A field that does not apply is {@code null}, except that {@code
 * truncated} is {@code false}, {@code answers} and {@code ignored} are empty, and {@code
 * answerCount} is 0. Times are RFC 3339 in UTC, durations decimal seconds.
 */
public final class OutcomeJson {

  private OutcomeJson() {}

  /** Writes an array of outcomes, indented for people, with a line feed at its end. */
  public static void writeArray(Iterable<Outcome> outcomes, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.PRETTY);
    array(json, outcomes);
    json.flush();
    out.write('\n');
    out.flush();
  }

  /** Writes {@code {"latest": […], "failures": […]}}, compact. */
  public static void writeHistory(Iterable<Outcome> latest, Iterable<Outcome> failures, Writer out)
      throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    array(json.name("latest"), latest);
    array(json.name("failures"), failures);
    json.endObject();
    json.flush();
  }

  private static void array(JsonWriter json, Iterable<Outcome> outcomes) throws IOException {
    json.beginArray();
    for (Outcome outcome : outcomes) {
      outcome(json, outcome);
    }
    json.endArray();
  }

  static void outcome(JsonWriter json, Outcome outcome) throws IOException {
    json.beginObject();
    json.name("at").value(outcome.at().toString());
    vantage(json.name("vantage"), outcome.probe().vantage());
    JsonWriting.server(json.name("server"), outcome.probe().server());
    question(json.name("question"), outcome.probe().question());
    json.name("inUse").value(outcome.probe().inUse());
    verdict(json, outcome.verdict());
    seconds(json.name("durationSeconds"), outcome.duration());
    JsonWriting.text(json.name("local"), outcome.local().map(Addresses::hostPort));
    reply(json, outcome.reply());
    ignored(json.name("ignored"), outcome.ignored());
    JsonWriting.text(json.name("detail"), outcome.detail());
    json.endObject();
  }

  static void vantage(JsonWriter json, Vantage vantage) throws IOException {
    json.beginObject();
    json.name("namespace").value(vantage.namespace());
    json.name("workload").value(vantage.workload());
    json.name("pod").value(vantage.pod());
    json.name("node").value(vantage.node());
    json.endObject();
  }

  static void question(JsonWriter json, Question question) throws IOException {
    json.beginObject();
    json.name("name").value(question.name());
    json.name("type").value(question.type().name());
    json.name("transport").value(question.transport().label());
    json.name("scope").value(question.scope().label());
    json.endObject();
  }

  private static void verdict(JsonWriter json, Verdict verdict) throws IOException {
    json.name("verdict").value(verdict.label());
    JsonWriting.text(json.name("reason"), reason(verdict).map(Reason::label));
    JsonWriting.text(json.name("cause"), cause(verdict).map(Cause::label));
  }

  private static Optional<Reason> reason(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Failed(Reason reason) -> Optional.of(reason);
      case Verdict.Good _, Verdict.Untested _ -> Optional.empty();
    };
  }

  private static Optional<Cause> cause(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Untested(Cause cause) -> Optional.of(cause);
      case Verdict.Good _, Verdict.Failed _ -> Optional.empty();
    };
  }

  private static void reply(JsonWriter json, Reply reply) throws IOException {
    if (reply instanceof Reply.Answered answered) {
      json.name("rcode").value(Rcode.mnemonic(answered.rcode()));
      json.name("truncated").value(answered.truncated());
      answers(json.name("answers"), answered.answers());
      json.name("answerCount").value(answered.count());
    } else {
      json.name("rcode").nullValue();
      json.name("truncated").value(false);
      answers(json.name("answers"), List.of());
      json.name("answerCount").value(0);
    }
  }

  private static void answers(JsonWriter json, List<Answer> answers) throws IOException {
    json.beginArray();
    for (Answer answer : answers) {
      json.value(answer.toString());
    }
    json.endArray();
  }

  private static void ignored(JsonWriter json, Ignored ignored) throws IOException {
    json.beginArray();
    for (Map.Entry<Ignored.Why, Integer> reason : ignored.counts().entrySet()) {
      json.beginObject();
      json.name("why").value(reason.getKey().label());
      json.name("count").value(reason.getValue());
      json.endObject();
    }
    json.endArray();
  }

  static void seconds(JsonWriter json, Optional<Duration> duration) throws IOException {
    if (duration.isPresent()) {
      JsonWriting.seconds(json, duration.get());
    } else {
      json.nullValue();
    }
  }
}
