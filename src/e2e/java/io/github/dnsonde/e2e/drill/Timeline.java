package io.github.dnsonde.e2e.drill;

import io.github.dnsonde.e2e.drill.Play.Course;
import io.github.dnsonde.e2e.monitoring.Prometheus;
import io.github.dnsonde.e2e.monitoring.Prometheus.Range;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The times of each alert in Prometheus, with or without a notification. */
record Timeline(Map<String, List<Range>> alerts) {

  /** A state of an alert, as recorded by Prometheus in the series {@code ALERTS}. */
  enum State {
    PENDING,
    FIRING;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Timeline {
    alerts = Map.copyOf(alerts);
  }

  /** Reads the alerts of each Prometheus, by its name. */
  static Timeline of(Map<String, Prometheus> all, Instant from)
      throws IOException, InterruptedException {
    Map<String, List<Range>> alerts = new HashMap<>();
    for (Map.Entry<String, Prometheus> prometheus : all.entrySet()) {
      alerts.put(
          prometheus.getKey(),
          prometheus.getValue().range("ALERTS", from, Instant.now(), Duration.ofSeconds(1)));
    }
    return new Timeline(alerts);
  }

  /** Returns the first time of an alert of a scenario in this state. */
  Optional<Instant> first(State state, Course course, Expected alert) {
    return alerts.getOrDefault(course.scenario().prometheus(), List.of()).stream()
        .filter(range -> state.label().equals(range.labels().get("alertstate")))
        .filter(
            range ->
                range
                    .labels()
                    .getOrDefault("cluster", course.scenario().name())
                    .equals(course.scenario().name()))
        .filter(range -> own(range).equals(alert.labels()))
        .flatMap(range -> range.points().stream())
        .map(Prometheus.Point::time)
        .min(Instant::compareTo);
  }

  private static Map<String, String> own(Range alert) {
    Map<String, String> labels = new HashMap<>(Expected.own(alert.labels()));
    labels.remove("alertstate");
    labels.remove("__name__");
    return labels;
  }
}
