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
import java.util.OptionalInt;

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

  /** The step that decided a failure counts from 1. */
  private static void result(JsonWriter json, Result result) throws IOException {
    json.beginObject();
    switch (result) {
      case Result.Found(String name) -> {
        json.name("kind").value("found");
        json.name("name").value(name);
        rest(json, Optional.empty(), Optional.empty(), OptionalInt.empty());
      }
      case Result.Failed(Reason reason, int step) -> {
        json.name("kind").value("failed");
        json.name("name").nullValue();
        OptionalInt decisive = step > 0 ? OptionalInt.of(step) : OptionalInt.empty();
        rest(json, Optional.of(reason.label()), Optional.empty(), decisive);
      }
      case Result.Untested(Cause cause) -> {
        json.name("kind").value("untested");
        json.name("name").nullValue();
        rest(json, Optional.empty(), Optional.of(cause.label()), OptionalInt.empty());
      }
    }
    json.endObject();
  }

  private static void rest(
      JsonWriter json, Optional<String> reason, Optional<String> cause, OptionalInt step)
      throws IOException {
    JsonWriting.text(json.name("reason"), reason);
    JsonWriting.text(json.name("cause"), cause);
    json.name("step");
    if (step.isPresent()) {
      json.value(step.getAsInt());
    } else {
      json.nullValue();
    }
  }
}
