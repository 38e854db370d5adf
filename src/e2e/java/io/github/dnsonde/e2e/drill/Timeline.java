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

/** When each alert came about in Prometheus, whoever was told of it. */
record Timeline(Map<String, List<Range>> alerts) {

  /** A state of an alert as Prometheus writes it down, in the series {@code ALERTS}. */
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

  /** What each Prometheus has, by their names. */
  static Timeline of(Map<String, Prometheus> all, Instant from)
      throws IOException, InterruptedException {
    Map<String, List<Range>> alerts = new HashMap<>();
    for (Map.Entry<String, Prometheus> each : all.entrySet()) {
      alerts.put(
          each.getKey(),
          each.getValue().range("ALERTS", from, Instant.now(), Duration.ofSeconds(1)));
    }
    return new Timeline(alerts);
  }

  /** When an alert of a scenario was first in this state. */
  Optional<Instant> first(State state, Course course, Expected alert) {
    return alerts.getOrDefault(course.scenario().prometheus(), List.of()).stream()
        .filter(each -> state.label().equals(each.labels().get("alertstate")))
        .filter(
            each ->
                each.labels()
                    .getOrDefault("cluster", course.scenario().name())
                    .equals(course.scenario().name()))
        .filter(each -> own(each).equals(alert.labels()))
        .flatMap(each -> each.points().stream())
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
