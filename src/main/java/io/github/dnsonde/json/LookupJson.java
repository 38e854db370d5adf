package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.probe.Cause;
import io.github.dnsonde.probe.LookupOutcome;
import io.github.dnsonde.probe.LookupOutcome.Result;
import io.github.dnsonde.probe.LookupOutcome.Step;
import io.github.dnsonde.probe.Outcome;
import io.github.dnsonde.probe.Reason;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;

/**
 * A lookup as JSON: what was looked up and with which settings, each step, and the result. Every
 * field is always present, and {@code null} if it does not apply.
 */
public final class LookupJson {

  private LookupJson() {}

  /** Writes an object, indented for people, with a line feed at its end. */
  public static void write(LookupOutcome outcome, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.PRETTY);
    json.beginObject();
    json.name("at").value(outcome.at().toString());
    OutcomeJson.vantage(json.name("vantage"), outcome.lookup().vantage());
    json.name("name").value(outcome.lookup().name());
    json.name("resolver").value(outcome.lookup().kind().label());
    JsonWriting.settings(json.name("resolvConf"), outcome.lookup().settings());
    JsonWriting.texts(json.name("notVisible"), outcome.lookup().unknown());
    json.name("steps");
    json.beginArray();
    for (Step step : outcome.steps()) {
      step(json, step);
    }
    json.endArray();
    OutcomeJson.seconds(json.name("durationSeconds"), outcome.duration());
    result(json.name("result"), outcome.result());
    json.endObject();
    json.flush();
    out.write('\n');
    out.flush();
  }

  /** A query that was left alone has no outcome. */
  private static void step(JsonWriter json, Step step) throws IOException {
    json.beginObject();
    JsonWriting.seconds(json.name("afterSeconds"), step.after());
    JsonWriting.server(json.name("server"), step.probe().server());
    OutcomeJson.question(json.name("question"), step.probe().question());
    json.name("outcome");
    Optional<Outcome> outcome = step.outcome();
    if (outcome.isPresent()) {
      OutcomeJson.outcome(json, outcome.get());
    } else {
      json.nullValue();
    }
    json.endObject();
  }

  /** The step that decided a failure counts from 1; 0 if none did. */
  private static void result(JsonWriter json, Result result) throws IOException {
    Optional<String> none = Optional.empty();
    switch (result) {
      case Result.Found(String name) -> result(json, "found", Optional.of(name), none, none, 0);
      case Result.Failed(Reason reason, int step) ->
          result(json, "failed", none, Optional.of(reason.label()), none, step);
      case Result.Untested(Cause cause) ->
          result(json, "untested", none, none, Optional.of(cause.label()), 0);
    }
  }

  private static void result(
      JsonWriter json,
      String kind,
      Optional<String> name,
      Optional<String> reason,
      Optional<String> cause,
      int step)
      throws IOException {
    json.beginObject();
    json.name("kind").value(kind);
    JsonWriting.text(json.name("name"), name);
    JsonWriting.text(json.name("reason"), reason);
    JsonWriting.text(json.name("cause"), cause);
    json.name("step");
    if (step > 0) {
      json.value(step);
    } else {
      json.nullValue();
    }
    json.endObject();
  }
}
