package io.github.dnsonde.prometheus;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.github.dnsonde.probe.SafeText;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** An answer of Prometheus to a range query (Prometheus documentation, "HTTP API"). */
final class Answer {

  /** A query has a few series; one that has more is not one of ours. */
  private static final int SERIES = 64;

  private static final int LONGEST_QUOTE = 200;

  private final Steps steps;
  private final String label;
  private final Map<String, double[]> series = new HashMap<>();
  private String error = "";
  private boolean success;

  private Answer(Steps steps, String label) {
    this.steps = steps;
    this.label = label;
  }

  /**
   * Reads the values of each series, by the value of one of its labels; NaN where there is none.
   *
   * @throws PrometheusException if it is an error, or no answer
   */
  static Map<String, double[]> read(String json, Steps steps, String label)
      throws PrometheusException {
    Answer answer = new Answer(steps, label);
    try (JsonReader in = new JsonReader(new StringReader(json))) {
      in.setStrictness(Strictness.STRICT);
      in.setNestingLimit(16);
      answer.top(in);
    } catch (PrometheusException e) {
      throw e;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw invalid(e);
    }
    if (!answer.success) {
      throw new PrometheusException(
          "Prometheus refuses the query: "
              + (answer.error.isEmpty() ? "it gives no reason" : answer.error)
              + ".");
    }
    return answer.series;
  }

  /** The reason that an error names, or nothing. */
  static String errorIn(String json) {
    Answer answer = new Answer(Steps.last(1, Instant.EPOCH), "");
    try (JsonReader in = new JsonReader(new StringReader(json))) {
      in.setStrictness(Strictness.STRICT);
      answer.top(in);
    } catch (IOException | IllegalStateException | NumberFormatException _) {
      return "";
    }
    return answer.error;
  }

  private static PrometheusException invalid(Exception why) {
    return new PrometheusException(
        "Prometheus sends something else than an answer to a range query: "
            + SafeText.part(String.valueOf(why.getMessage()), LONGEST_QUOTE)
            + ". Check controller.prometheus.url.");
  }

  private void top(JsonReader in) throws IOException {
    in.beginObject();
    while (in.hasNext()) {
      switch (in.nextName()) {
        case "status" -> success = in.nextString().equals("success");
        case "error" -> error = SafeText.part(in.nextString(), LONGEST_QUOTE);
        case "data" -> data(in);
        default -> in.skipValue();
      }
    }
    in.endObject();
  }

  private void data(JsonReader in) throws IOException {
    if (in.peek() != JsonToken.BEGIN_OBJECT) {
      in.skipValue();
      return;
    }
    in.beginObject();
    while (in.hasNext()) {
      if (in.nextName().equals("result")) {
        in.beginArray();
        while (in.hasNext()) {
          one(in);
        }
        in.endArray();
      } else {
        in.skipValue();
      }
    }
    in.endObject();
  }

  private void one(JsonReader in) throws IOException {
    String key = "";
    double[] values = new double[steps.number()];
    Arrays.fill(values, Double.NaN);
    in.beginObject();
    while (in.hasNext()) {
      switch (in.nextName()) {
        case "metric" -> key = labelOf(in);
        case "values" -> values(in, values);
        default -> in.skipValue();
      }
    }
    in.endObject();
    if (series.size() >= SERIES) {
      throw new PrometheusException(
          "Prometheus sends more than " + SERIES + " series, which the query did not ask for.");
    }
    series.put(key, values);
  }

  private String labelOf(JsonReader in) throws IOException {
    String value = "";
    in.beginObject();
    while (in.hasNext()) {
      if (in.nextName().equals(label)) {
        value = in.nextString();
      } else {
        in.skipValue();
      }
    }
    in.endObject();
    return value;
  }

  private void values(JsonReader in, double[] values) throws IOException {
    in.beginArray();
    while (in.hasNext()) {
      in.beginArray();
      long index = steps.endingAt(in.nextDouble());
      double value = number(in.nextString());
      in.endArray();
      if (index >= 0 && index < values.length) {
        values[(int) index] = value;
      }
    }
    in.endArray();
  }

  /** A number as Go writes it. */
  private static double number(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
