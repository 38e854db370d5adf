package io.github.dnsonde.prometheus;

import io.github.dnsonde.overview.Trend;
import io.github.dnsonde.probe.Reason;
import io.github.dnsonde.report.PathState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The history of one namespace from Prometheus: the states from the recorded series of the alert
 * rules, or from the paths where there are no such rules; the times of answers from the histogram.
 * Blocks while Prometheus answers. Thread-safe.
 */
public final class PrometheusHistory implements AutoCloseable {

  /** For all queries of one history together. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** From here on a path is unanswered, by the meaning of the metric. */
  private static final double UNANSWERED = 20;

  /** The share of failures that the alerts take for more than chance. */
  private static final double SHARE = 0.05;

  /** The label that identifies the series of an answer. */
  private static final String PART = "part";

  private final PrometheusApi api;
  private final Matchers matchers;
  private final Duration patience;

  /**
   * Creates a history.
   *
   * @param url the base of Prometheus, before {@code /api/v1}
   * @param token the file of a bearer token
   * @param authorities the PEM file of the authorities that may sign its certificate
   * @param headers further headers of each request
   * @param matchers the labels that select the series of this cluster
   */
  public static PrometheusHistory of(
      URI url,
      Optional<Path> token,
      Optional<Path> authorities,
      Map<String, String> headers,
      Map<String, String> matchers) {
    return new PrometheusHistory(
        new PrometheusApi(new PrometheusApi.Setup(url, token, authorities, headers)),
        new Matchers(matchers),
        PATIENCE);
  }

  PrometheusHistory(PrometheusApi api, Matchers matchers, Duration patience) {
    this.api = api;
    this.matchers = matchers;
    this.patience = patience;
  }

  /** Reads the last days. What cannot be read is a problem of the trend, in a sentence. */
  public Trend read(String namespace, int days, Instant now) {
    Steps steps = Steps.last(days, now);
    Reading reading = new Reading(steps, matchers.with("source_namespace", namespace));
    List<Optional<PathState>> states = reading.states();
    Map<String, double[]> times = reading.times();
    return new Trend(
        namespace,
        steps.from(),
        steps.length(),
        states,
        seconds(times.get("p50")),
        seconds(times.get("p99")),
        reading.problems);
  }

  private static List<OptionalDouble> seconds(double @Nullable [] values) {
    return values == null
        ? List.of()
        : Arrays.stream(values)
            .mapToObj(
                value ->
                    Double.isFinite(value) && value >= 0
                        ? OptionalDouble.of(value)
                        : OptionalDouble.empty())
            .toList();
  }

  @Override
  public void close() {
    api.close();
  }

  /** The queries of one history, within one limit of time. */
  private final class Reading {
    private final Steps steps;
    private final Matchers of;
    private final long end = System.nanoTime() + patience.toNanos();
    private final List<String> problems = new ArrayList<>();

    Reading(Steps steps, Matchers of) {
      this.steps = steps;
      this.of = of;
    }

    private Optional<Map<String, double[]>> ask(String query, String label) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      try {
        if (left.toMillis() < 1) {
          throw new PrometheusException(
              "Prometheus took more than "
                  + patience.toSeconds()
                  + " s: choose a shorter time, or look at its load.");
        }
        return Optional.of(api.range(query, steps, label, left));
      } catch (PrometheusException e) {
        String why = String.valueOf(e.getMessage());
        if (!problems.contains(why)) {
          problems.add(why);
        }
        return Optional.empty();
      }
    }

    List<Optional<PathState>> states() {
      Optional<Map<String, double[]>> unanswered = unanswered();
      if (unanswered.isEmpty()) {
        return List.of();
      }
      Map<String, double[]> failures = ask(failures(), "reason").orElse(Map.of());
      return IntStream.range(0, steps.number())
          .mapToObj(step -> state(unanswered.get(), failures, step))
          .toList();
    }

    /** From the rules' series; from the paths themselves if the rules are not loaded. */
    private Optional<Map<String, double[]>> unanswered() {
      Optional<Map<String, double[]>> recorded = ask(recorded(), PART);
      return recorded.isPresent() && recorded.get().isEmpty() ? ask(raw(), PART) : recorded;
    }

    private String recorded() {
      return part("all", inUse("namespace:dnsonde_path_unanswered_seconds:min"))
          + " or "
          + part("some", inUse("namespace:dnsonde_path_unanswered:ratio"))
          + " or "
          + part("lost", inUse("namespace:dnsonde_unanswered:ratio"));
    }

    private String raw() {
      return part("all", inUse("dnsonde_path_unanswered_seconds"));
    }

    private String inUse(String metric) {
      return of.with("in_use", "true").select(metric);
    }

    /** The worst of each step. */
    private String part(String name, String series) {
      return labelled(name, "max(max_over_time(%s[%s]))".formatted(series, steps.promql()));
    }

    private static String labelled(String name, String expression) {
      return "label_replace(%s, \"%s\", \"%s\", \"\", \"\")".formatted(expression, PART, name);
    }

    /** The worst five minutes of each step: the share of each reason in all queries. */
    private String failures() {
      return ("max_over_time((sum by (reason) (rate(%s[5m])) / on () group_left ()"
              + " sum(rate(%s[5m])))[%s:5m])")
          .formatted(
              inUse("dnsonde_probe_failures_total"), inUse("dnsonde_probes_total"), steps.promql());
    }

    Map<String, double[]> times() {
      return ask(quantile("p50", 0.5) + " or " + quantile("p99", 0.99), PART).orElse(Map.of());
    }

    /**
     * Of native histograms, or else of classic ones. Histograms have no label for the use of a
     * path, so servers that no pod of the namespace uses are left out by the counters, which have
     * it. The last step ends in the future, where a counter has no value: each is taken over its
     * whole step.
     */
    private String quantile(String name, double quantile) {
      String step = steps.promql();
      String metric = "dnsonde_probe_duration_seconds";
      return labelled(
          name,
          ("(histogram_quantile(%1$s, sum(rate(%2$s[%4$s])"
                  + " and on (server) last_over_time(%5$s[%4$s])))"
                  + " or histogram_quantile(%1$s, sum by (le) (rate(%3$s[%4$s])"
                  + " and on (server) last_over_time(%5$s[%4$s]))))")
              .formatted(
                  quantile,
                  of.select(metric),
                  of.select(metric + "_bucket"),
                  step,
                  inUse("dnsonde_probes_total")));
    }
  }

  private static Optional<PathState> state(
      Map<String, double[]> unanswered, Map<String, double[]> failures, int step) {
    double all = at(unanswered.get("all"), step);
    if (Double.isNaN(all)) {
      return Optional.empty();
    }
    if (all >= UNANSWERED || at(unanswered.get("some"), step) > 0) {
      return Optional.of(PathState.UNANSWERED);
    }
    if (share(failures, Reason.Kind.WRONG, step) >= SHARE) {
      return Optional.of(PathState.WRONG);
    }
    if (share(failures, Reason.Kind.LATE, step) >= SHARE) {
      return Optional.of(PathState.LATE);
    }
    return Optional.of(
        at(unanswered.get("lost"), step) >= SHARE ? PathState.UNCERTAIN : PathState.GOOD);
  }

  private static double share(Map<String, double[]> failures, Reason.Kind kind, int step) {
    return Arrays.stream(Reason.values())
        .filter(reason -> reason.kind() == kind)
        .mapToDouble(reason -> at(failures.get(reason.label()), step))
        .filter(value -> value > 0)
        .sum();
  }

  private static double at(double @Nullable [] values, int step) {
    return values == null ? Double.NaN : values[step];
  }
}
