package io.github.dnsonde.json;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.report.PathState;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A namespace over some days as JSON: columns of equal length, null where nothing is known. */
public final class TrendJson {

  /** Digits enough for a picture. */
  private static final MathContext DIGITS = new MathContext(4);

  private TrendJson() {}

  /** Writes the document, compact. */
  public static void write(Trend trend, Writer out) throws IOException {
    JsonWriter json = JsonWriting.open(out, FormattingStyle.COMPACT);
    json.beginObject();
    json.name("namespace").value(trend.namespace());
    json.name("from").value(trend.from().toString());
    json.name("stepSeconds").value(trend.step().toSeconds());
    json.name("states").beginArray();
    for (Optional<PathState> state : trend.states()) {
      JsonWriting.text(json, state.map(PathState::label));
    }
    json.endArray();
    seconds(json.name("p50"), trend.p50());
    seconds(json.name("p99"), trend.p99());
    JsonWriting.texts(json.name("problems"), trend.problems());
    json.endObject();
    json.flush();
  }

  private static void seconds(JsonWriter json, List<OptionalDouble> values) throws IOException {
    json.beginArray();
    for (OptionalDouble value : values) {
      if (value.isPresent()) {
        json.value(new BigDecimal(value.getAsDouble()).round(DIGITS));
      } else {
        json.nullValue();
      }
    }
    json.endArray();
  }
}
