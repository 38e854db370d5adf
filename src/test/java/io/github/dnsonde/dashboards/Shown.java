package io.github.dnsonde.dashboards;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A panel with what Prometheus said to its queries. */
record Shown(Panel panel, Span span, List<Answered> answers) {

  /**
   * One query and its answer.
   *
   * @param step from one value to the next
   */
  record Answered(Target target, Duration step, List<Series> series) {

    Answered {
      series = List.copyOf(series);
    }
  }

  /** A series under the name that the legend gives it. */
  record Line(String name, Series series) {}

  Shown {
    answers = List.copyOf(answers);
  }

  List<Line> lines() {
    return answers.stream()
        .flatMap(
            answer ->
                answer.series().stream()
                    .map(series -> new Line(answer.target().legend(series.labels()), series)))
        .toList();
  }

  Stream<Series> series() {
    return answers.stream().flatMap(answer -> answer.series().stream());
  }

  /** Of the first query: those of a panel have the same. */
  Duration step() {
    return answers.getFirst().step();
  }

  boolean isEmpty() {
    return series().findAny().isEmpty();
  }
}
